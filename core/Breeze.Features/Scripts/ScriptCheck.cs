using System.Text;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Healing;

namespace Breeze.Features.Scripts;

/// <summary>Brings a draft into a script, or says what is wrong with it.</summary>
public sealed partial class ScriptCheck(ScriptRuntimes runtimes)
{
    public async Task<Refusal?> ApplyAsync(Script script, ScriptDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.Description is { Length: > ScriptLimits.Description } || draft.Description?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return Refusal.Invalid("description_invalid", $"A description has {ScriptLimits.Description} characters at most.");
        }
        // Browsers send line ends as CR LF, which shells do not understand.
        var content = (draft.Content ?? "").ReplaceLineEndings("\n");
        if (string.IsNullOrWhiteSpace(content) || content.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(content) > ScriptLimits.Content)
        {
            return Refusal.Invalid("content_invalid", $"Write a script of {ScriptLimits.Content >> 20} MiB at most, without NUL characters.");
        }
        if (draft.TimeoutSeconds is < 1 or > ScriptLimits.LongestTimeout)
        {
            return Refusal.Invalid("timeout_invalid", $"The time limit is between 1 second and 24 hours ({ScriptLimits.LongestTimeout} seconds).");
        }
        var parameters = draft.Parameters ?? [];
        if (Problem(parameters) is { } problem)
        {
            return Refusal.Invalid("script_parameters_invalid", problem);
        }
        // A runtime whose plugin went meanwhile is no reason not to mend a script.
        if (draft.Runtime is not { Length: > 0 } runtime || (runtime != script.Runtime && !(await runtimes.ListAsync(cancellationToken)).Contains(runtime)))
        {
            var known = await runtimes.ListAsync(cancellationToken);
            return Refusal.Invalid("runtime_unknown", known.Count == 0 ? "No plugin of this install runs scripts. Add one, such as the one for Bash."
                : $"There is no runtime of that name. There are: {string.Join(", ", known)}.");
        }
        (script.Name, script.Description, script.Runtime, script.Content) = (name, (draft.Description ?? "").Trim().ReplaceLineEndings("\n"), runtime, content);
        (script.Parameters, script.TimeoutSeconds) = (ScriptParameter.Write([.. parameters.Select(Clean)]), draft.TimeoutSeconds ?? ScriptLimits.UsualTimeout);
        return null;
    }

    static string? Problem(IReadOnlyList<ScriptParameter> parameters)
    {
        if (parameters.Count > ScriptLimits.Parameters)
        {
            return $"A script has {ScriptLimits.Parameters} parameters at most.";
        }
        var names = new HashSet<string>();
        foreach (var parameter in parameters)
        {
            if (parameter is null || !ParameterName().IsMatch(parameter.Name ?? ""))
            {
                return "The name of a parameter is of letters, digits and '_', 64 at most, and does not begin with a digit.";
            }
            if (!names.Add(parameter.Name!))
            {
                return $"There are two parameters called {parameter.Name}.";
            }
            if (!ScriptParameter.Types.Contains(parameter.Type))
            {
                return $"{parameter.Name}: the type of a parameter is one of {string.Join(", ", ScriptParameter.Types)}.";
            }
            if (parameter.Description is { Length: > ScriptLimits.Value })
            {
                return $"{parameter.Name}: what describes a parameter has {ScriptLimits.Value} characters at most.";
            }
            var choices = parameter.Choices ?? [];
            if (parameter.Type == ScriptParameter.Choice
                && (choices.Count is 0 or > ScriptLimits.Choices || choices.Any(c => string.IsNullOrEmpty(c) || c.Length > ScriptLimits.Value || c.Any(char.IsControl)) || choices.Distinct().Count() < choices.Count))
            {
                return $"{parameter.Name}: name from 1 to {ScriptLimits.Choices} different things to choose from.";
            }
            if (parameter.Default is { ValueKind: not System.Text.Json.JsonValueKind.Null } value && ScriptValues.Of(parameter, value) is null)
            {
                return $"{parameter.Name}: its default is {ScriptValues.Expected(parameter)}.";
            }
        }
        return null;
    }

    static ScriptParameter Clean(ScriptParameter p) => p with
    {
        Description = AgentText.Clean(p.Description ?? "", ScriptLimits.Value), Choices = p.Type == ScriptParameter.Choice ? p.Choices : null,
        Default = p.Default is { ValueKind: System.Text.Json.JsonValueKind.Null } ? null : p.Default,
    };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}
