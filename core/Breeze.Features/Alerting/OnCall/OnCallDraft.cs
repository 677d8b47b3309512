namespace Breeze.Features.Alerting.OnCall;

/// <summary>What a schedule shall be.</summary>
public sealed record OnCallDraft(string? Name, string? TimeZone, OnCallLayerDraft[]? Layers, bool? Tells);
