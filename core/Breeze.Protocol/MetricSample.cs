namespace Breeze.Protocol;

/// <summary>One reading of all metrics.</summary>
/// <param name="At">Unix milliseconds by the device's clock.</param>
/// <param name="Layout">The id of the layout.</param>
/// <param name="Values">One for each name of the layout; null where there was no reading.</param>
public sealed record MetricSample(long At, string Layout, IReadOnlyList<double?> Values);
