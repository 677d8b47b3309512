namespace Breeze.Protocol;

/// <summary>How a plugin fares on an agent.</summary>
/// <param name="State"><c>active</c>, <c>failed</c>, <c>leaked</c> or <c>incompatible</c>.</param>
/// <param name="Error">When it is not active: why.</param>
public sealed record PluginReport(string Id, string Version, string Hash, int Generation, string State, string? Error, double? LoadMs);
