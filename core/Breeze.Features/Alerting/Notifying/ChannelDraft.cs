using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>What a channel shall be; null leaves it as it is.</summary>
/// <param name="Settings">The settings as a whole. Secrets that are left out stay; one that is null goes.</param>
public sealed record ChannelDraft(string? Name, bool? Enabled, JsonElement? Settings, int? RatePerMinute);
