using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breeze.Web.Api;

/// <summary>Checks a command that somebody wants to queue.</summary>
static partial class CommandForm
{
    /// <summary>What is wrong, for the sender; null when nothing is.</summary>
    public static string? Check(string? type, JsonElement? payload, int? timeoutSeconds, DateTimeOffset? expiresAt, int maximumPayload)
    {
        if (type is null || !TypeName().IsMatch(type))
        {
            return "type is missing or malformed: lower-case letters, digits, '.', '_' and '-', at most 64, such as \"script\".";
        }
        if (timeoutSeconds is < 1 or > 86_400)
        {
            return "timeout_seconds must lie between 1 and 86400.";
        }
        if (expiresAt < DateTimeOffset.UtcNow || expiresAt > DateTimeOffset.UtcNow.AddDays(90))
        {
            return "expires_at must lie in the future, at most 90 days from now.";
        }
        if (payload is { ValueKind: not JsonValueKind.Object })
        {
            return "payload must be an object.";
        }
        if (payload is { } given && given.GetRawText().Length > maximumPayload)
        {
            return $"payload must be at most {maximumPayload >> 10} KiB.";
        }
        if (payload is { } text && !IsText(text))
        {
            return "payload holds text that cannot be stored, such as a NUL character or half of a surrogate pair.";
        }
        return type == "script" ? CheckScript(payload) : null;
    }

    /// <summary>Whether all names and strings are text as PostgreSQL holds it.</summary>
    static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => !element.GetString()!.Contains('\0', StringComparison.Ordinal),
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.Object => element.EnumerateObject().All(p => !p.Name.Contains('\0', StringComparison.Ordinal) && IsText(p.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    static string? CheckScript(JsonElement? payload)
    {
        if (payload is not { } script || !script.TryGetProperty("runtime", out var runtime) || runtime.ValueKind != JsonValueKind.String || !RuntimeName().IsMatch(runtime.GetString()!))
        {
            return "payload.runtime is missing: the language of the script, such as \"bash\".";
        }
        if (!script.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String || content.GetString()!.Length == 0)
        {
            return "payload.content is missing: the text of the script.";
        }
        if (!script.TryGetProperty("parameters", out var parameters) || parameters.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return "payload.parameters must be an object of strings.";
        }
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (!ParameterName().IsMatch(parameter.Name) || parameter.Value.ValueKind != JsonValueKind.String)
            {
                return "payload.parameters must map names of letters, digits and '_' (at most 64, not starting with a digit) to strings.";
            }
        }
        return null;
    }

    [GeneratedRegex("^[a-z][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$", RegexOptions.CultureInvariant)]
    private static partial Regex RuntimeName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}
