using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Web.Pages.Alerts;

/// <summary>A chart of what a condition measures, with the line it draws and the times at which it fired. Times are Unix seconds.</summary>
public sealed record Moment(double From, double To, MomentChart? Chart);

/// <summary>A <see cref="Chart"/> with times that are marked; one without an end goes on.</summary>
public sealed record MomentChart(
    string Id, string Title, string Unit, double? FixedMax, IReadOnlyList<double> Times, IReadOnlyList<ChartLine> Series, IReadOnlyList<ChartLevel> Levels, bool IsStepped, int More,
    IReadOnlyList<double?[]> Spans);

/// <summary>Reads what a condition looked at around the time of an alert.</summary>
public sealed class MomentCharts(DeviceCharts charts)
{
    /// <param name="deviceId">Of this device.</param>
    /// <param name="metric">What the condition measures.</param>
    /// <param name="label">The alert's series; empty for those that the condition names.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end.</param>
    /// <param name="spans">When it fired.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Moment> ReadAsync(
        Guid deviceId, ChartedMetric metric, string label, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<double?[]> spans, CancellationToken cancellationToken)
    {
        var wanted = MetricName.Labels($"x{{{label}}}");
        var chart = wanted.Count == 0 ? null : await charts.OfAsync(deviceId, metric.Metric, s => s.Labels.Count == wanted.Count && wanted.All(s.Labels.Contains), from, to, cancellationToken);
        // The alert's labels may be those of another metric in the condition.
        chart ??= await charts.OfAsync(deviceId, metric.Metric, s => metric.Labels.All(s.Labels.Contains), from, to, cancellationToken);
        return new(Seconds(from), Seconds(to), chart is null ? null : new(
            chart.Id, chart.Title, chart.Unit, chart.FixedMax, chart.Times, chart.Series, [.. metric.Levels.Select(level => new ChartLevel("threshold", level))], chart.IsStepped, chart.More, spans));
    }

    public static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
