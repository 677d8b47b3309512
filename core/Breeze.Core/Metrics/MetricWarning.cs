namespace Breeze.Core.Metrics;

/// <summary>Something that was not kept of a device's readings, and why.</summary>
public sealed record MetricWarning(string Kind, string Message, long Times, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    public const string TooManyMetrics = "too_many_metrics";
    public const string TooManySeries = "too_many_series";
    public const string ChangingLabels = "changing_labels";
    public const string Clock = "clock";
    public const string Dropped = "samples_dropped";
}
