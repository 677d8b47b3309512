using System.Globalization;
using Breeze.Features.Alerting.Backtest;
using Microsoft.AspNetCore.WebUtilities;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What a back-test found, as the rule's form shows it.</summary>
public sealed record BacktestView(BacktestAsk Ask, BacktestOutcome Outcome)
{
    const int MostDevices = 10;
    const int MostLines = 50;
    const int MostSpans = 60;
    static readonly TimeSpan Around = TimeSpan.FromHours(1);

    /// <summary>The height of the highest bar.</summary>
    public int Most => Math.Max(1, Outcome.Answer!.PerDay.Max(d => d.Count));

    public IReadOnlyList<BacktestFired> Lines => [.. Outcome.Answer!.Fired.Take(MostLines)];

    /// <summary>Devices with a chart: those that fired last.</summary>
    public IEnumerable<BacktestFired> Charted => Outcome.Answer!.Fired.DistinctBy(f => (f.DeviceId, f.Label)).Take(MostDevices);

    /// <summary>Where the chart of a device's series is read: around what fired there, as wide as that is.</summary>
    public string ChartOf(BacktestFired one)
    {
        var answer = Outcome.Answer!;
        var all = answer.Fired.Where(f => f.DeviceId == one.DeviceId && f.Label == one.Label).Take(MostSpans).ToList();
        var from = all.Min(f => f.From) - Around;
        var to = all.Max(f => f.Until ?? answer.To) + Around;
        return QueryHelpers.AddQueryString("/alerts/rules/new", new Dictionary<string, string?>
        {
            ["handler"] = "Moment", ["device"] = $"{one.DeviceId}", ["label"] = one.Label, ["condition"] = Ask.Condition, ["from"] = Iso(from < answer.From ? answer.From : from),
            ["to"] = Iso(to > answer.To ? answer.To : to), ["spans"] = string.Join('_', all.Select(f => $"{f.From.ToUnixTimeSeconds()}-{f.Until?.ToUnixTimeSeconds()}")),
        });
    }

    /// <summary>As <see cref="ChartOf"/> writes them.</summary>
    public static IReadOnlyList<double?[]> ReadSpans(string? spans) =>
    [
        .. (spans ?? "").Split('_', StringSplitOptions.RemoveEmptyEntries).Take(MostSpans).Select(s => s.Split('-'))
            .Where(p => p.Length == 2 && long.TryParse(p[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(p => new double?[] { long.Parse(p[0], CultureInfo.InvariantCulture), long.TryParse(p[1], NumberStyles.None, CultureInfo.InvariantCulture, out var until) ? until : null }),
    ];

    static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
