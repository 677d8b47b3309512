using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;

namespace Breeze.Core.Devices.Bulk;

/// <summary>The names and values that a custom field may have.</summary>
static partial class CustomFields
{
    public const int MaximumOfDevice = 100;
    public const int MaximumText = 1000;

    public static Refusal? CheckName(string? name) => name is not null && Shape().IsMatch(name) ? null
        : Refusal.Invalid("field_name_invalid", "The name of a field has 1 to 64 lower-case letters, digits and _, and begins with a letter.");

    /// <summary>A text, a number, or true or false; kept as given.</summary>
    public static Refusal? CheckValue(JsonElement parameters) => parameters.TryGetProperty("value", out var value) && value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 and <= MaximumText } text && !text.Any(char.IsControl) && IsPaired(text),
        JsonValueKind.Number => value.GetRawText().Length <= 40 && value.TryGetDouble(out var number) && double.IsFinite(number),
        JsonValueKind.True or JsonValueKind.False => true,
        _ => false,
    } ? null : Refusal.Invalid("field_value_invalid", $"The value is a text of 1 to {MaximumText} characters in one line, a number, or true or false. To take it away, clear the field.");

    static bool IsPaired(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }
        return true;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
