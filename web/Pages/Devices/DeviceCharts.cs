using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>Turns the stored readings of a device into charts: known metrics in their places, all others under the plugin that declares them.</summary>
public sealed class DeviceCharts(MetricQueries metrics, BreezeDbContext database, AccessScope scope)
{
    const int MaximumLines = 64;

    // More bands than this lie on top of each other and say nothing.
    const int MaximumBands = 4;

    /// <summary>The charts of a span; of all that there are only those in <paramref name="shown"/>, if it names any.</summary>
    public async Task<ChartBoard> ReadAsync(Guid deviceId, DateTimeOffset from, DateTimeOffset to, IReadOnlySet<string> shown, CancellationToken cancellationToken)
    {
        var answer = await metrics.ReadAsync(scope, deviceId, [], from, to, step: null, cancellationToken);
        var byName = answer.Series.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.ToList());
        var groups = new List<(string Title, List<Chart> Charts)>();
        var choices = new List<ChartChoice>();

        foreach (var shape in ChartShape.Known)
        {
            var present = shape.Metrics.Where(byName.ContainsKey).ToList();
            if (present.Count > 0)
            {
                Offer(shape.Group, shape.Id, shape.Title, shape.FixedMax, present);
            }
            present.ForEach(name => byName.Remove(name));
        }
        var plugins = await PluginNamesAsync(answer.Series.Select(s => s.Definition).OfType<MetricDefinitionRow>(), cancellationToken);
        foreach (var name in byName.Keys.Order(StringComparer.Ordinal).ToList())
        {
            var definition = byName[name][0].Definition;
            var group = definition is null ? "Other" : plugins.GetValueOrDefault(definition.PluginId, definition.PluginId);
            Offer(group, name, definition?.Title ?? name, null, [name]);
        }
        return new(
            from.ToUnixTimeMilliseconds() / 1000.0, to.ToUnixTimeMilliseconds() / 1000.0, answer.StepMs / 1000.0, answer.Resolution,
            [.. groups.Select(g => new ChartGroup(g.Title, g.Title, g.Charts))], choices);

        void Offer(string group, string id, string title, double? fixedMax, List<string> names)
        {
            choices.Add(new(id, title, group));
            if (shown.Count == 0 ? !names.TrueForAll(ChartShape.Hidden.Contains) : shown.Contains(id))
            {
                Add(groups, group, Build(id, title, fixedMax, names, byName, answer.GapMs));
            }
        }
    }

    /// <summary>The charts that an address names.</summary>
    public static IReadOnlySet<string> Shown(string? show) =>
        (show ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(200).ToHashSet();

    /// <summary>The recent past of single values, by metric name, for charts that then go on live.</summary>
    public async Task<IReadOnlyList<Chart>> RecentAsync(Guid deviceId, string[] names, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var answer = await metrics.ReadAsync(scope, deviceId, names, from, to, step: null, cancellationToken);
        var byName = answer.Series.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.ToList());
        return [.. names.Where(byName.ContainsKey).Select(name => Build(name, name, 1, [name], byName, answer.GapMs))];
    }

    /// <summary>One metric of a device; null when nothing of it is stored.</summary>
    public async Task<Chart?> OfAsync(Guid deviceId, string name, Func<MetricSeries, bool> isWanted, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var answer = await metrics.ReadAsync(scope, deviceId, [name], from, to, step: null, cancellationToken);
        var wanted = answer.Series.Where(isWanted).ToList();
        var shape = ChartShape.Known.FirstOrDefault(s => s.Metrics.Contains(name));
        return wanted.Count == 0 ? null : Build(name, shape?.Title ?? wanted[0].Definition?.Title ?? name, shape?.FixedMax, [name], new() { [name] = wanted }, answer.GapMs);
    }

    static void Add(List<(string Title, List<Chart> Charts)> groups, string title, Chart chart)
    {
        var index = groups.FindIndex(g => g.Title == title);
        if (index < 0)
        {
            groups.Add((title, [chart]));
        }
        else
        {
            groups[index].Charts.Add(chart);
        }
    }

    static Chart Build(string id, string title, double? fixedMax, List<string> names, Dictionary<string, List<MetricSeries>> byName, long gapMs)
    {
        var first = byName[names[0]][0];
        var unit = first.Unit.Length > 0 ? first.Unit : names[0].EndsWith("utilization", StringComparison.Ordinal) ? "1" : "";
        var all = names.SelectMany(name => byName[name].Select(s => (Label: Label(s, names.Count > 1), s.Points)).OrderBy(l => l.Label, NaturalOrder.Instance)).ToList();
        var lines = all.Take(MaximumLines).ToList();
        var times = ChartTimes.Of(lines.Select(l => l.Points), gapMs);
        return new(
            id, title, unit, fixedMax, [.. times.Select(t => t / 1000.0)], [.. lines.Select(l => Line(l.Label.Length == 0 ? title : l.Label, l.Points))],
            Levels(first.Definition), first.Kind == MetricKind.State, all.Count - lines.Count);

        ChartLine Line(string label, IReadOnlyList<MetricPoint> points)
        {
            var isBand = lines.Count <= MaximumBands && points.Any(p => p.Min < p.Max);
            return new(
                label, ChartTimes.Align(times, points, p => p.Value), isBand ? ChartTimes.Align(times, points, p => p.Min) : null,
                isBand ? ChartTimes.Align(times, points, p => p.Max) : null);
        }
    }

    static List<ChartLevel> Levels(MetricDefinitionRow? definition)
    {
        var levels = new List<ChartLevel>();
        if (definition?.Warning is { } warning)
        {
            levels.Add(new("warning", warning));
        }
        if (definition?.Critical is { } critical)
        {
            levels.Add(new("critical", critical));
        }
        return levels;
    }

    static string Label(MetricSeries series, bool isOneOfSeveral)
    {
        var labels = string.Join(" · ", series.Labels.Select(l => l.Key == "cpu" ? $"core {l.Value}" : l.Value));
        var last = isOneOfSeveral ? series.Name[(series.Name.LastIndexOf('.') + 1)..] : "";
        return labels.Length > 0 && last.Length > 0 ? $"{last} · {labels}" : labels + last;
    }

    async Task<Dictionary<string, string>> PluginNamesAsync(IEnumerable<MetricDefinitionRow> definitions, CancellationToken cancellationToken)
    {
        var ids = definitions.Select(d => d.PluginId).ToHashSet();
        return await (from p in database.Plugins
                      join k in database.PluginPackages on p.ActiveHash equals k.Hash
                      where ids.Contains(p.Id)
                      select new { p.Id, k.Name }).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
    }
}
