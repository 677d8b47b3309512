using System.Text.Json;

namespace Breeze.Channels;

/// <summary>What a service answers, when it is the JSON object that it should be.</summary>
static class JsonAnswer
{
    public static string? Read(string answer, Func<JsonElement, string?> find)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object ? find(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? Text(string answer, string name) =>
        Read(answer, root => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null);
}
