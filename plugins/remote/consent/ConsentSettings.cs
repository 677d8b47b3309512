using System.Text.Json;

namespace Breeze.Remote.Consent;

/// <summary>The settings of the plugin.</summary>
/// <param name="Display">An X display, such as <c>:0</c>; null for that of whoever is signed in.</param>
/// <param name="Authority">The file with its key.</param>
sealed record ConsentSettings(string? Display, string? Authority)
{
    public static ConsentSettings Read(JsonElement settings) => new(Text(settings, "display"), Text(settings, "authority"));

    static string? Text(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
