using System.Globalization;
using System.Text.Json;
using Breeze.Core.Transport;

namespace Breeze.Core.Devices;

/// <summary>Reads hostile JSON: a value of an unexpected type counts as missing, texts are cleaned and cut, lists end somewhere.</summary>
public static class DocumentValues
{
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    /// <summary>The objects of a list, at most so many.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name, int most) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Take(most).Where(item => item.ValueKind == JsonValueKind.Object) : [];

    public static string? Text(this JsonElement element, string name, int maximum) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member && AgentText.Clean(member.GetString()!, maximum) is { Length: > 0 } text ? text : null;

    public static string? OneOf(this JsonElement element, string name, params ReadOnlySpan<string> known) =>
        element.Text(name, 64) is { } text && known.Contains(text) ? text : null;

    public static bool True(this JsonElement element, string name) => element.Member(name).ValueKind == JsonValueKind.True;

    public static long? Positive(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) && number > 0 ? number : null;

    /// <summary>A time that can be one: not before there were computers, and no later than tomorrow.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name, DateTimeOffset now) =>
        element.Text(name, 64) is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year >= 1980 && time <= now.AddDays(1)
                ? time.ToUniversalTime()
                : null;
}
