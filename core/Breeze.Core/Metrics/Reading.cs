namespace Breeze.Core.Metrics;

/// <summary>The values of one moment; NaN where there was none.</summary>
public readonly record struct Reading(long AtMs, MetricLayoutEntry Layout, double[] Values);
