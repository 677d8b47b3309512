using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>A kind of channel that a plugin provides now.</summary>
/// <param name="Schema">The JSON Schema of a channel's settings.</param>
/// <param name="Secrets">The properties that are written and never read again.</param>
public sealed record ChannelType(string Type, string DisplayName, JsonElement Schema, IReadOnlyList<string> Secrets);
