using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>Turns the stored readings of a device into charts: known metrics in their places, all others under the plugin that declares them.</summary>
public sealed class DeviceCharts(MetricQueries metrics, BreezeDbContext database, AccessScope scope)
{
    const int MaximumLines = 64;

    public async Task<ChartBoard> ReadAsync(Guid deviceId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var series = await metrics.ReadAsync(scope, deviceId, [], from, to, step: null, cancellationToken);
        var byName = series.Where(s => !ChartShape.Hidden.Contains(s.Name)).GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.ToList());
        var names = byName.Keys.ToList();
        var definitions = await database.MetricDefinitions.Where(d => names.Contains(d.Name)).ToDictionaryAsync(d => d.Name, cancellationToken);
        var groups = new List<(string Title, List<Chart> Charts)>();

        foreach (var shape in ChartShape.Known)
        {
            var present = shape.Metrics.Where(byName.ContainsKey).ToList();
            if (present.Count > 0)
            {
                Add(groups, shape.Group, Build(shape.Id, shape.Title, shape.FixedMax, present, byName, definitions));
            }
            present.ForEach(name => byName.Remove(name));
        }
        var plugins = await PluginNamesAsync(definitions.Values, cancellationToken);
        foreach (var name in byName.Keys.Order(StringComparer.Ordinal).ToList())
        {
            var definition = definitions.GetValueOrDefault(name);
            var group = definition is null ? "Other" : plugins.GetValueOrDefault(definition.PluginId, definition.PluginId);
            Add(groups, group, Build(name, definition?.Title ?? name, null, [name], byName, definitions));
        }
        return new(from.ToUnixTimeMilliseconds() / 1000.0, to.ToUnixTimeMilliseconds() / 1000.0, [.. groups.Select(g => new ChartGroup(g.Title, g.Title, g.Charts))]);
    }

    /// <summary>The recent past of single values, by metric name, for charts that then go on live.</summary>
    public async Task<IReadOnlyList<Chart>> RecentAsync(Guid deviceId, string[] names, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var series = await metrics.ReadAsync(scope, deviceId, names, from, to, step: null, cancellationToken);
        var byName = series.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.ToList());
        return [.. names.Where(byName.ContainsKey).Select(name => Build(name, name, 1, [name], byName, []))];
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

    static Chart Build(
        string id, string title, double? fixedMax, List<string> names, Dictionary<string, List<MetricSeries>> byName,
        Dictionary<string, MetricDefinitionRow> definitions)
    {
        var definition = definitions.GetValueOrDefault(names[0]);
        var isCounter = definition?.Kind == "counter";
        var unit = definition?.Unit ?? (names[0].EndsWith("utilization", StringComparison.Ordinal) ? "1" : "");
        var lines = new List<(string Label, IReadOnlyList<MetricPoint> Points)>();
        foreach (var name in names)
        {
            foreach (var line in byName[name].OrderBy(s => Label(s, names.Count > 1), NaturalOrder.Instance))
            {
                lines.Add((Label(line, names.Count > 1), isCounter ? CounterRate.Of(line.Points) : line.Points));
            }
        }
        lines = [.. lines.Take(MaximumLines)];
        var times = ChartTimes.Of(lines.Select(l => l.Points));
        return new(
            id, title, isCounter ? unit + "/s" : unit, fixedMax, [.. times.Select(t => t / 1000.0)],
            [.. lines.Select(l => new ChartLine(l.Label.Length == 0 ? title : l.Label, ChartTimes.Align(times, l.Points)))]);
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
