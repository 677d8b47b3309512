using Breeze.Core.Devices;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Inbox;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What else happened on a device around the time of an alert.</summary>
/// <param name="Metric">What the rule measures; null when it measures nothing.</param>
/// <param name="Log">Entries of the device's log, newest first.</param>
/// <param name="Commands">What was run on the device, newest first.</param>
public sealed record AlertSurroundings(ChartedMetric? Metric, IReadOnlyList<LogItem> Log, IReadOnlyList<CommandView> Commands)
{
    public static AlertSurroundings None { get; } = new(null, [], []);
}

/// <summary>Reads what happened around an alert, and the chart of that time.</summary>
public sealed class AlertAround(DeviceInventoryQueries inventory, DeviceCommands commands, MomentCharts moments, AlertConditions conditions, AccessScope scope, TimeProvider time)
{
    const int MostEntries = 30;
    const int MostCommands = 15;
    static readonly TimeSpan Near = TimeSpan.FromMinutes(30);
    static readonly TimeSpan LongestChart = TimeSpan.FromDays(30);

    public async Task<AlertSurroundings> ReadAsync(Alert alert, string? condition, CancellationToken cancellationToken)
    {
        if (alert.DeviceId is not { } device)
        {
            return AlertSurroundings.None;
        }
        var at = alert.FiredAt ?? alert.StartedAt;
        var log = await inventory.LogAsync(scope, device, null, null, (at + Near, Guid.AllBitsSet), MostEntries, cancellationToken);
        return new(
            await MetricAsync(condition, cancellationToken), [.. log.Where(e => e.At >= at - Near)],
            await commands.WithinAsync(device, at - Near, at + Near, MostCommands, cancellationToken));
    }

    /// <summary>The chart of what the rule measures; null when it measures nothing.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="condition">The rule's.</param>
    /// <param name="events">The alert's, in any order.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Moment?> ChartAsync(Alert alert, string? condition, IEnumerable<AlertEvent> events, CancellationToken cancellationToken)
    {
        if (alert.DeviceId is not { } device || await MetricAsync(condition, cancellationToken) is not { } metric)
        {
            return null;
        }
        var now = time.GetUtcNow();
        var until = alert.ResolvedAt ?? now;
        var around = TimeSpan.FromTicks(Math.Max(Near.Ticks, (until - alert.StartedAt).Ticks / 4));
        var (from, to) = (alert.StartedAt - around, until + around > now ? now : until + around);
        from = to - from > LongestChart ? to - LongestChart : from;
        List<double?[]> spans = [];
        foreach (var e in events.OrderBy(e => e.At).ThenBy(e => e.Id))
        {
            if (e.Kind is AlertEventKinds.Firing or AlertEventKinds.Reopened)
            {
                spans.Add([MomentCharts.Seconds(e.At), null]);
            }
            else if (e.Kind == AlertEventKinds.Resolved && spans.Count > 0)
            {
                spans[^1][1] = MomentCharts.Seconds(e.At);
            }
        }
        if (spans.Count == 0 && alert.FiredAt is { } fired)
        {
            spans.Add([MomentCharts.Seconds(fired), alert.ResolvedAt is { } resolved ? MomentCharts.Seconds(resolved) : null]);
        }
        return await moments.ReadAsync(device, metric, alert.Label, from, to, spans, cancellationToken);
    }

    async ValueTask<ChartedMetric?> MetricAsync(string? condition, CancellationToken cancellationToken) =>
        condition is null ? null : (await conditions.ParseAsync(condition, cancellationToken)).Condition?.Charted;
}
