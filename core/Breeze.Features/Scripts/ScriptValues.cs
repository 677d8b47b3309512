using System.Globalization;
using System.Text.Json;
using Breeze.Core.Identity;

namespace Breeze.Features.Scripts;

/// <summary>What is given for a script's parameters, checked and as its runtime gets it.</summary>
static class ScriptValues
{
    /// <summary>The values by name, or what is wrong with them.</summary>
    public static Outcome<IReadOnlyDictionary<string, string>> Check(IReadOnlyList<ScriptParameter> parameters, JsonElement given)
    {
        if (given.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            return Wrong("parameters is an object of the script's parameters by their names.");
        }
        var sent = given.ValueKind == JsonValueKind.Object ? given.EnumerateObject().GroupBy(p => p.Name).ToDictionary(g => g.Key, g => g.Last().Value) : [];
        if (sent.Keys.FirstOrDefault(n => parameters.All(p => p.Name != n)) is { } unknown)
        {
            return Wrong(parameters.Count == 0 ? "The script takes no parameters." : $"The script has no parameter “{Cut(unknown)}”. It has: {string.Join(", ", parameters.Select(p => p.Name))}.");
        }
        var values = new Dictionary<string, string>();
        foreach (var parameter in parameters)
        {
            var value = sent.TryGetValue(parameter.Name, out var own) && own.ValueKind != JsonValueKind.Null ? own : parameter.Default;
            if (value is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } element)
            {
                if (parameter.Required)
                {
                    return Wrong($"Give a value for {parameter.Name}.");
                }
                continue;
            }
            if (Of(parameter, element) is not { } text)
            {
                return Wrong($"{parameter.Name} is {Expected(parameter)}.");
            }
            if (text.Length == 0 && parameter.Required)
            {
                return Wrong($"Give a value for {parameter.Name}.");
            }
            values[parameter.Name] = text;
        }
        return new(values, null);
    }

    /// <summary>A value as a script gets it; null when it is not what the parameter asks for.</summary>
    public static string? Of(ScriptParameter parameter, JsonElement value) => Written(value) is not { } text || text.Length > ScriptLimits.Value || text.Contains('\0', StringComparison.Ordinal) ? null
        : parameter.Type switch
        {
            ScriptParameter.Text => value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? text : null,
            ScriptParameter.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? text.Trim() : null,
            ScriptParameter.Boolean => text is "true" or "false" ? text : null,
            ScriptParameter.Choice => parameter.Choices?.Contains(text) == true ? text : null,
            _ => null,
        };

    /// <summary>The text of a JSON value; null when it is none that a script can get.</summary>
    public static string? Written(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    public static string Expected(ScriptParameter parameter) => parameter.Type switch
    {
        ScriptParameter.Number => "a number, such as 12 or 0.5",
        ScriptParameter.Boolean => "true or false",
        ScriptParameter.Choice => $"one of {string.Join(", ", parameter.Choices ?? [])}",
        _ => $"a text of {ScriptLimits.Value} characters at most",
    };

    static string Cut(string name) => name.Length > 64 ? $"{name[..64]}…" : name;

    static Refusal Wrong(string detail) => Refusal.Invalid("script_parameters_invalid", detail);
}
