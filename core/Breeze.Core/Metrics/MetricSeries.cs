using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>One line of a chart: a metric with one set of labels. A counter's values are rates per second.</summary>
public sealed record MetricSeries(string Name, IReadOnlyDictionary<string, string> Labels, MetricKind Kind, string Unit, IReadOnlyList<MetricPoint> Points)
{
    /// <summary>What its plugin says of it, if any does.</summary>
    public MetricDefinitionRow? Definition { get; init; }

    /// <summary>The newest value and its time, not averaged.</summary>
    public MetricPoint Last { get; init; }
}

/// <summary>A value at a time in Unix milliseconds; of several that fell into one step the average, the least and the greatest.</summary>
public readonly record struct MetricPoint(long AtMs, double Value, double Min, double Max);

/// <summary>Series, and how they were read.</summary>
/// <param name="Series">In the order in which the device reports them.</param>
/// <param name="StepMs">How far apart points are at least.</param>
/// <param name="Resolution"><c>raw</c>, <c>5m</c>, <c>1h</c> or <c>1d</c>: the coarsest that was read.</param>
/// <param name="GapMs">Points further apart than this have a gap between them, in which the device did not report.</param>
public sealed record MetricAnswer(IReadOnlyList<MetricSeries> Series, long StepMs, string Resolution, long GapMs)
{
    /// <summary>Whether a point may stand for several readings.</summary>
    public bool IsAggregated => Series.Any(s => s.Points.Any(p => p.Min < p.Max));
}

/// <summary>Everything that a device last reported.</summary>
public sealed record LatestReading(DateTimeOffset At, IReadOnlyDictionary<string, double> Values);
