using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;

namespace Breeze.Features.Policies;

/// <summary>Reads what people write: the target and the checks of a policy.</summary>
public sealed class PolicyReading(ExpressionEngine expressions)
{
    /// <summary>Brings a draft into a policy, or says what is wrong with it.</summary>
    public async Task<Refusal?> ApplyAsync(Policy policy, PolicyDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.Description is { Length: > PolicyLimits.Description } || draft.Description?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return Refusal.Invalid("description_invalid", $"A description has {PolicyLimits.Description} characters at most.");
        }
        var read = await ReadAsync(draft.Target, draft.Checks, cancellationToken);
        if (!read.Succeeded)
        {
            return read.Refusal;
        }
        (policy.Name, policy.Description, policy.Enabled) = (name, (draft.Description ?? "").Trim().ReplaceLineEndings("\n"), draft.Enabled ?? policy.Enabled);
        (policy.Target, policy.Definition) = (read.Value.Target?.Text ?? "", PolicyCheck.Write([.. read.Value.Checks.Select(c => new PolicyCheck { Name = c.Name, Condition = c.Condition.Text })]));
        return null;
    }

    /// <summary>Everything must be readable, and in bounds.</summary>
    public async Task<Outcome<PolicyQuestion>> ReadAsync(string? target, IReadOnlyList<PolicyCheck>? checks, CancellationToken cancellationToken)
    {
        if (checks is not { Count: > 0 and <= PolicyLimits.Checks })
        {
            return Refusal.Invalid("checks_invalid", $"A policy has 1 to {PolicyLimits.Checks} checks.");
        }
        var found = string.IsNullOrWhiteSpace(target) ? null : await expressions.ParseAsync(target.ReplaceLineEndings("\n"), cancellationToken);
        if (found?.Error is { } wrong)
        {
            return Refusal.Invalid("target_invalid", $"The devices that it is for: {wrong.Message} (at character {wrong.Column})");
        }
        var (names, all) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new List<PolicyQuestion.Check>());
        foreach (var check in checks)
        {
            if (check?.Name?.Trim() is not { Length: > 0 and <= PolicyLimits.CheckName } typed || AgentText.Clean(typed, PolicyLimits.CheckName) is not { Length: > 0 } name)
            {
                return Refusal.Invalid("checks_invalid", $"Check {all.Count + 1}: give it a name of 1 to {PolicyLimits.CheckName} characters, which says what must hold.");
            }
            if (!names.Add(name))
            {
                return Refusal.Invalid("checks_invalid", $"There are two checks called “{name}”.");
            }
            var condition = await expressions.ParseAsync((check.Condition ?? "").ReplaceLineEndings("\n"), cancellationToken);
            if (condition.Expression is not { } expression)
            {
                return Refusal.Invalid("checks_invalid", $"{name}: {condition.Error!.Message} (at character {condition.Error.Column})");
            }
            if (expression.Text.Length > ExpressionLimits.Characters)
            {
                return Refusal.Invalid("checks_invalid", $"{name}: written out, the condition has at most {ExpressionLimits.Characters} characters; this one has {expression.Text.Length}.");
            }
            all.Add(new(name, expression));
        }
        return found?.Expression?.Text is { Length: > ExpressionLimits.Characters }
            ? Refusal.Invalid("target_invalid", $"Written out, the expression for the devices has at most {ExpressionLimits.Characters} characters.")
            : new PolicyQuestion(found?.Expression, all, []);
    }

    /// <summary>What is stored: a check whose field has gone with its plugin cannot be done, and the others can.</summary>
    public async Task<(PolicyQuestion? Question, string? Problem)> ReadStoredAsync(string target, string definition, CancellationToken cancellationToken)
    {
        var found = target.Length == 0 ? null : await expressions.ParseAsync(target, cancellationToken);
        if (found?.Error is { } wrong)
        {
            return (null, $"Its devices cannot be found any more: {wrong.Message} (at character {wrong.Column})");
        }
        var (checks, broken, problem) = (new List<PolicyQuestion.Check>(), new List<string>(), (string?)null);
        foreach (var check in PolicyCheck.Read(definition))
        {
            var condition = await expressions.ParseAsync(check.Condition, cancellationToken);
            if (condition.Expression is { } expression)
            {
                checks.Add(new(check.Name, expression));
                continue;
            }
            broken.Add(check.Name);
            problem ??= $"“{check.Name}” cannot be checked any more: {condition.Error!.Message} (at character {condition.Error.Column})";
        }
        return (new(found?.Expression, checks, broken), problem);
    }
}
