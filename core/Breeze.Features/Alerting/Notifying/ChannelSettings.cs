using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Identity;
using Breeze.PluginHost;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>A channel's settings, checked and split in what may be read and what may not.</summary>
sealed record ChannelSettings(JsonObject Open, JsonObject Secret)
{
    /// <param name="type">By whose schema.</param>
    /// <param name="given">What was sent.</param>
    /// <param name="before">What was there already, secrets included: those that are left out stay, as long as the channel connects to the same place.</param>
    public static async Task<Outcome<ChannelSettings>> ReadAsync(ChannelType type, JsonElement? given, ChannelSettings? before)
    {
        if (given is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined) })
        {
            return Invalid("The settings are a JSON object.");
        }
        var whole = new JsonObject();
        if (given is { ValueKind: JsonValueKind.Object } element)
        {
            var text = element.GetRawText();
            if (Encoding.UTF8.GetByteCount(text) > NotificationLimits.SettingsBytes)
            {
                return Invalid($"The settings are larger than {NotificationLimits.SettingsBytes >> 10} KiB.");
            }
            if (text.Contains("\\u0000", StringComparison.Ordinal))
            {
                return Invalid("The settings hold a character that cannot be stored.");
            }
            foreach (var property in element.EnumerateObject())
            {
                // The last one of the same name counts, as everywhere in JSON.
                whole[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            }
        }
        var kept = new List<string>();
        foreach (var name in type.Secrets)
        {
            if (!whole.ContainsKey(name) && before?.Secret[name] is { } secret)
            {
                whole[name] = secret.DeepClone();
                kept.Add(name);
            }
            else if (whole.ContainsKey(name) && whole[name] is null)
            {
                whole.Remove(name);
            }
        }
        var (complete, error) = await PluginSettings.PrepareAsync(JsonSerializer.SerializeToUtf8Bytes(type.Schema), JsonSerializer.SerializeToElement(whole), validate: true);
        if (error is not null)
        {
            return Invalid(error.Message);
        }
        var open = JsonNode.Parse(complete.GetRawText())!.AsObject();
        var hidden = new JsonObject();
        foreach (var name in type.Secrets)
        {
            if (open[name] is { } value)
            {
                open.Remove(name);
                hidden[name] = value;
            }
        }
        // Whoever may change a channel must not learn its secrets by having them sent elsewhere.
        return kept.Count > 0 && ChannelDestination.IsMoved(type.Schema, before!.Open, open)
            ? Refusal.Invalid("secrets_needed", $"This changes where the channel connects to. Enter {string.Join(" and ", kept)} again with it.")
            : new ChannelSettings(open, hidden);
    }

    static Refusal Invalid(string detail) => Refusal.Invalid("settings_invalid", detail);
}
