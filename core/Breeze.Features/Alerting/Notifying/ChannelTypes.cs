using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Sdk;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>The kinds of channels that the active plugins provide.</summary>
public sealed class ChannelTypes(IPluginHost host) : IChannelTypes
{
    static readonly JsonElement Anything = JsonElement.Parse("{}");

    public IReadOnlyList<ChannelType> List()
    {
        var leases = host.Extensions.AcquireAll<IAlertChannel>();
        try
        {
            return [.. leases.Select(l => Read(l.Value)).OfType<ChannelType>().OrderBy(t => t.DisplayName, StringComparer.OrdinalIgnoreCase)];
        }
        finally
        {
            foreach (var lease in leases)
            {
                lease.Dispose();
            }
        }
    }

    public ChannelType? Find(string type)
    {
        using var lease = host.Extensions.Acquire<IAlertChannel>(type);
        return lease is null ? null : Read(lease.Value);
    }

    /// <summary>Null when the plugin's code fails at saying what it is.</summary>
    static ChannelType? Read(IAlertChannel channel)
    {
        try
        {
            var schema = channel.SettingsSchema is { Length: > 0 } given ? JsonElement.Parse(given.Span) : Anything;
            return new(channel.Type, channel.DisplayName, schema, SecretsOf(schema), ChannelRecipient.Of(schema), channel.KeepsAlertsOpen);
        }
        catch (Exception) // A plugin may throw anything, and the other types are still good.
        {
            return null;
        }
    }

    /// <summary>The write-only properties of a schema.</summary>
    internal static IReadOnlyList<string> SecretsOf(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? [.. properties.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("writeOnly", out var w) && w.ValueKind == JsonValueKind.True).Select(p => p.Name)]
            : [];
}
