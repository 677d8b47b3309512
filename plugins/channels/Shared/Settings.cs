using System.Globalization;
using System.Text.Json;

namespace Breeze.Channels;

/// <summary>A setting of a channel that nobody can deliver with; the message says what to enter.</summary>
sealed class SettingException(string message) : Exception(message);

/// <summary>The settings of one channel. What is missing or wrong is said by its title, never with its value: it may be a secret.</summary>
readonly struct Settings(JsonElement root)
{
    public string? Text(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    public string Needed(string name) => Text(name) ?? throw new SettingException($"The setting '{name}' is missing: enter it in the channel's settings.");

    /// <summary>For what goes into a header: one line of visible characters.</summary>
    public string? Token(string name) => Text(name) is not { } text ? null
        : text.All(c => c is > ' ' and < '\u007f') ? text
        : throw new SettingException($"The setting '{name}' has spaces or characters in it that cannot be sent: enter it anew.");

    public string NeededToken(string name) => Token(name) ?? Needed(name);

    public IReadOnlyList<string> Texts(string name)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array)
            return [];
        return [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!.Trim()).Where(t => t.Length > 0)];
    }

    public int Number(string name, int otherwise)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out var value))
            return otherwise;
        return (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            || (value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)) ? number : otherwise;
    }

    public Uri Url(string name, string? otherwise = null)
    {
        var text = Text(name) ?? otherwise ?? Needed(name);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0
            ? url
            : throw new SettingException($"The setting '{name}' must be an address that begins with https:// and holds no user name.");
    }

    /// <summary>The address of a service, with a path of ours behind it.</summary>
    public Uri UrlBelow(string name, string otherwise, string path) => new(Url(name, otherwise).GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    /// <summary>Headers as lines of the form <c>Name: value</c>.</summary>
    public IEnumerable<(string Name, string Value)> Headers(string name)
    {
        foreach (var line in Texts(name))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (header, value) = colon > 0 ? (line[..colon].Trim(), line[(colon + 1)..].Trim()) : ("", "");
            if (header.Length == 0 || !header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || value.Any(c => c is < ' ' or > '~') || IsOurs(header))
                throw new SettingException($"A line of the setting '{name}' is no header that can be sent: write 'Name: value', and leave out Host, Content-*, Transfer-Encoding, Connection and X-Breeze-*.");
            yield return (header, value);
        }
    }

    static bool IsOurs(string header) => header.StartsWith("X-Breeze-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || header.ToUpperInvariant() is "HOST" or "TRANSFER-ENCODING" or "CONNECTION" or "UPGRADE" or "EXPECT" or "TE" or "TRAILER" or "COOKIE";
}
