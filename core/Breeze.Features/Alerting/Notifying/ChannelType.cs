using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>A kind of channel that a plugin provides now.</summary>
/// <param name="Schema">The JSON Schema of a channel's settings.</param>
/// <param name="Secrets">The properties that are written and never read again.</param>
/// <param name="Recipient">The setting that says who is told, so that it can stand for one person; null when the type has none.</param>
/// <param name="KeepsAlertsOpen">Whether each alert is to be told by itself, because the other side ends each by itself.</param>
public sealed record ChannelType(string Type, string DisplayName, JsonElement Schema, IReadOnlyList<string> Secrets, ChannelRecipient? Recipient = null, bool KeepsAlertsOpen = false);

/// <summary>The setting of a channel type that says who is told: the one marked <c>x-recipient</c> in the schema.</summary>
/// <param name="IsList">Whether it is a list of addresses rather than one.</param>
public sealed record ChannelRecipient(string Setting, string Title, bool IsList)
{
    /// <summary>The settings that stand in for the channel's, so that this address alone is told.</summary>
    public string ToJson(string address) => JsonSerializer.Serialize(new Dictionary<string, object> { [Setting] = IsList ? new[] { address } : address });

    internal static ChannelRecipient? Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        foreach (var property in properties.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("x-recipient", out var mark) && mark.ValueKind == JsonValueKind.True))
        {
            string? Text(string name) => property.Value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            // What is secret is not a person's to set, and never read again.
            return Text("type") is "string" or "array" && !(property.Value.TryGetProperty("writeOnly", out var secret) && secret.ValueKind == JsonValueKind.True)
                ? new(property.Name, Text("title") ?? property.Name, Text("type") == "array") : null;
        }
        return null;
    }
}
