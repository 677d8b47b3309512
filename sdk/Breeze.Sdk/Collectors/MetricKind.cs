namespace Breeze.Sdk;

/// <summary>How the values of a metric relate over time.</summary>
public enum MetricKind
{
    /// <summary>A value that goes up and down. Charted as it is.</summary>
    Gauge,

    /// <summary>A running total that only grows, but for resets. Charted as a rate per second.</summary>
    Counter,

    /// <summary>A code for a condition, such as 0 or 1. Charted in steps.</summary>
    State,
}
