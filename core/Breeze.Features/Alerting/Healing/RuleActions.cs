using System.Text;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Rules;

namespace Breeze.Features.Alerting.Healing;

/// <summary>Brings an action into a rule, and says who may save a rule that has one: it is a script on every device that the rule will ever find.</summary>
public sealed class RuleActions(ScriptRuntimes runtimes, TimeProvider time)
{
    public const int LongestScript = 64 << 10;
    public const int ShortestTimeout = 5;
    public const int LongestTimeout = 3600;
    public const int MostPerHour = 12;

    /// <summary>Whether somebody may save rules that run scripts, wherever they may write rules at all.</summary>
    public static bool IsAllowed(AccessScope scope) => scope.Can(Permissions.ScriptsRun) && scope.Can(Permissions.DevicesCommand);

    /// <summary>What is wrong with it; null when it is part of the rule now.</summary>
    public async Task<RuleProblem?> ApplyAsync(AlertRule rule, Change<RuleAction> change, CancellationToken cancellationToken)
    {
        if (!change.IsGiven)
        {
            return null;
        }
        if (change.Value is not { } action)
        {
            rule.Action = null;
            return null;
        }
        // Browsers send line ends as CR LF, which shells do not understand.
        action = action with { Script = (action.Script ?? "").ReplaceLineEndings("\n") };
        if (action == RuleAction.Parse(rule.Action))
        {
            return null;
        }
        if (Problem(action) is { } problem)
        {
            return problem;
        }
        var known = await runtimes.ListAsync(cancellationToken);
        if (!known.Contains(action.Runtime))
        {
            return Of("runtime_unknown", known.Count == 0 ? "No plugin of this install runs scripts. Add one, such as the one for Bash."
                : $"There is no runtime of that name. There are: {string.Join(", ", known)}.");
        }
        rule.Action = action.ToJson();
        return null;
    }

    /// <summary>Why somebody may not save a rule that has an action; null when they may.</summary>
    public RuleProblem? Refuse(AccessScope scope) =>
        !IsAllowed(scope) ? new(Refusal.Forbidden(
            "forbidden", $"A rule that runs a script on devices takes the permission {(scope.Can(Permissions.ScriptsRun) ? Permissions.DevicesCommand : Permissions.ScriptsRun)}. Without it the rule can be switched off, and its script taken away."), "action")
        : !scope.IsFresh(time.GetUtcNow()) ? new(Refusal.Forbidden(BulkActions.StepUpRequired, scope.IsKey
            ? "A rule that runs a script takes a person who confirms who they are; a key cannot."
            : "A rule that runs a script takes a fresh confirmation of who you are."), "action")
        : null;

    static RuleProblem? Problem(RuleAction action) =>
        action.Kind != RuleAction.ScriptKind ? Of("action_kind_unknown", $"There is no action of that kind. There is: {RuleAction.ScriptKind}.")
        : string.IsNullOrWhiteSpace(action.Script) || action.Script.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(action.Script) > LongestScript
            ? Of("script_invalid", $"Write a script of {LongestScript >> 10} KiB at most, without NUL characters.")
        : action.TimeoutSeconds is < ShortestTimeout or > LongestTimeout ? Of("timeout_invalid", $"The script's time limit lies between {ShortestTimeout} and {LongestTimeout} seconds.")
        : action.When is not (RuleAction.Before or RuleAction.After) ? Of("when_invalid", "The script runs before people are told, and they hear of it when it has not helped, or after, while they are told at once: when is before or after.")
        : action.AtMostPerHour is < 1 or > MostPerHour ? Of("at_most_per_hour_invalid", $"How often it runs in an hour at most lies between 1 and {MostPerHour} (at_most_per_hour).")
        : null;

    static RuleProblem Of(string code, string detail) => RuleProblem.Of("action", code, detail);
}
