using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breeze.Agent.Commands;

/// <summary>The payload of a <c>script</c> command. It is input from a person and checked as such.</summary>
sealed partial record ScriptPayload(string Runtime, string Content, IReadOnlyDictionary<string, string> Parameters)
{
    const int MaximumContentBytes = 1 << 20;
    const int MaximumParameters = 100;
    const int MaximumParametersBytes = 64 * 1024;

    public static ScriptPayload? Parse(JsonElement payload, out string? error)
    {
        error = null;
        if (payload.ValueKind != JsonValueKind.Object || Text(payload, "runtime") is not { Length: > 0 } runtime)
        {
            error = "The payload of a script needs 'runtime', such as \"bash\".";
        }
        else if (Text(payload, "content") is not { } content)
        {
            error = "The payload of a script needs 'content', the source text.";
        }
        else if (Encoding.UTF8.GetByteCount(content) > MaximumContentBytes)
        {
            error = "The script is longer than 1 MiB.";
        }
        else if (ParseParameters(payload, out error) is { } parameters)
        {
            return new ScriptPayload(runtime, content, parameters);
        }

        return null;
    }

    static Dictionary<string, string>? ParseParameters(JsonElement payload, out string? error)
    {
        error = null;
        var parameters = new Dictionary<string, string>();
        if (!payload.TryGetProperty("parameters", out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return parameters;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            error = "'parameters' must be an object from names to values.";
            return null;
        }

        var bytes = 0;
        foreach (var parameter in given.EnumerateObject())
        {
            if (!NamePattern().IsMatch(parameter.Name))
            {
                error = $"'{parameter.Name}' cannot name a parameter: use letters, digits and underscores, at most 64, no digit first.";
                return null;
            }

            var value = parameter.Value.ValueKind switch
            {
                JsonValueKind.String => parameter.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => parameter.Value.GetRawText(),
                _ => null,
            };
            if (value is null || value.Contains('\0'))
            {
                error = $"The parameter '{parameter.Name}' must be a string, a number or a boolean, without NUL characters.";
                return null;
            }

            bytes += Encoding.UTF8.GetByteCount(value);
            parameters[parameter.Name] = value;
        }

        if (parameters.Count > MaximumParameters || bytes > MaximumParametersBytes)
        {
            error = $"A script takes at most {MaximumParameters} parameters with {MaximumParametersBytes / 1024} KiB of values in all.";
            return null;
        }

        return parameters;
    }

    static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex NamePattern();
}
