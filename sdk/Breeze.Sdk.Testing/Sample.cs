namespace Breeze.Sdk.Testing;

/// <summary>One value that a collector added.</summary>
/// <param name="Metric">Its descriptor.</param>
/// <param name="Value">In the descriptor's unit.</param>
/// <param name="Labels">In the order of the descriptor's labels.</param>
public sealed record Sample(MetricDescriptor Metric, double Value, IReadOnlyList<string> Labels);
