using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Which of a channel's settings say where it connects to, and how safely: those that are addresses by their schema, or by their name.</summary>
static class ChannelDestination
{
    static readonly string[] Formats = ["uri", "uri-reference", "iri", "hostname", "idn-hostname", "ipv4", "ipv6"];
    static readonly string[] Names = ["host", "port", "url", "uri", "server", "endpoint", "region", "security", "tls", "authority", "certificate", "proxy"];

    /// <summary>Whether one of them is another one than before.</summary>
    public static bool IsMoved(JsonElement schema, JsonObject before, JsonObject after) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.EnumerateObject().Any(p => IsDestination(p) && !JsonNode.DeepEquals(before[p.Name], after[p.Name]));

    static bool IsDestination(JsonProperty property) =>
        (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String && Formats.Contains(format.GetString()))
        || property.Name.Split('_', '-').Any(word => Names.Contains(word, StringComparer.OrdinalIgnoreCase));
}
