using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Identity;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>The write-only part of a channel's settings: a JSON object, encrypted.</summary>
public sealed class ChannelSecrets(ISecretProtection protection)
{
    const string Purpose = "notification-channel";
    const int ShortestSecret = 4;

    public byte[]? Protect(JsonObject secrets) => secrets.Count == 0 ? null : protection.Protect(Purpose, JsonSerializer.SerializeToUtf8Bytes(secrets));

    /// <summary>Empty when there are none; null when they are not readable with this install's keys.</summary>
    public JsonObject? Read(byte[]? secrets) => secrets is null ? [] : protection.Unprotect(Purpose, secrets) is { } plain ? JsonNode.Parse(plain) as JsonObject : null;

    /// <summary>What the channel is called with: its settings and its secrets as one.</summary>
    /// <param name="settings">What is open.</param>
    /// <param name="secrets">What is not.</param>
    /// <param name="recipient">What stands in for some of them, because one person is told.</param>
    public JsonElement? Merge(string settings, byte[]? secrets, string? recipient = null)
    {
        if (Read(secrets) is not { } hidden)
        {
            return null;
        }
        var whole = JsonNode.Parse(settings) as JsonObject ?? [];
        foreach (var (name, value) in hidden)
        {
            whole[name] = value?.DeepClone();
        }
        foreach (var (name, value) in recipient is null ? [] : JsonNode.Parse(recipient) as JsonObject ?? [])
        {
            whole[name] = value?.DeepClone();
        }
        return JsonSerializer.SerializeToElement(whole);
    }

    /// <summary>An error without any of the channel's secrets, whatever the plugin or the other side put into it.</summary>
    public string Scrub(string error, byte[]? secrets)
    {
        foreach (var value in TextsOf(Read(secrets)).Where(t => t.Length >= ShortestSecret).OrderByDescending(t => t.Length))
        {
            error = error.Replace(value, "…", StringComparison.OrdinalIgnoreCase);
        }
        error = error.Replace('\0', ' ');
        return error.Length > 1000 ? error[..1000] + "…" : error;
    }

    static IEnumerable<string> TextsOf(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => TextsOf(p.Value)),
        JsonArray a => a.SelectMany(TextsOf),
        JsonValue v when v.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
