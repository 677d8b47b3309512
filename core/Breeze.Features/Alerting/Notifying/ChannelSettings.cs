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
    /// <param name="kept">The secrets that are there already.</param>
    public static async Task<Outcome<ChannelSettings>> ReadAsync(ChannelType type, JsonElement? given, JsonObject kept)
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
        foreach (var name in type.Secrets)
        {
            if (!whole.ContainsKey(name) && kept[name] is { } secret)
            {
                whole[name] = secret.DeepClone();
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
        return new ChannelSettings(open, hidden);
    }

    static Refusal Invalid(string detail) => Refusal.Invalid("settings_invalid", detail);
}
