namespace Breeze.Core.Metrics;

/// <summary>One line of a chart.</summary>
public sealed record MetricSeries(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<MetricPoint> Points);

/// <summary>A value at a time in Unix milliseconds.</summary>
public readonly record struct MetricPoint(long AtMs, double Value);

/// <summary>Everything that a device last reported.</summary>
public sealed record LatestReading(DateTimeOffset At, IReadOnlyDictionary<string, double> Values);
