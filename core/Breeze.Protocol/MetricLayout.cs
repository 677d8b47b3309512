namespace Breeze.Protocol;

/// <summary>The names of the values in samples of one shape.</summary>
/// <param name="Id">The first 16 hex digits of the SHA-256 of the names joined by line feeds, in lower case.</param>
/// <param name="Names">Metric names with labels, as in the plain form; at most 2,000, each at most 512 bytes.</param>
public sealed record MetricLayout(string Id, IReadOnlyList<string> Names);
