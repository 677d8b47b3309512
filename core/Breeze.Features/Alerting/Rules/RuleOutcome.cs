using System.Diagnostics.CodeAnalysis;

namespace Breeze.Features.Alerting.Rules;

/// <summary>A rule, or why it was not saved.</summary>
public sealed record RuleOutcome(AlertRule? Rule, RuleProblem? Problem)
{
    [MemberNotNullWhen(true, nameof(Rule))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Problem is null;

    public static implicit operator RuleOutcome(AlertRule rule) => new(rule, null);

    public static implicit operator RuleOutcome(RuleProblem problem) => new(null, problem);
}
