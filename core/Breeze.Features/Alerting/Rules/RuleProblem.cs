using Breeze.Core.Expressions;
using Breeze.Core.Identity;

namespace Breeze.Features.Alerting.Rules;

/// <summary>Why a rule was not saved.</summary>
/// <param name="Field">Which field of <see cref="AlertRuleChange"/>, when one is to blame.</param>
/// <param name="Expression">What is wrong in a condition or target, and where.</param>
public sealed record RuleProblem(Refusal Refusal, string? Field = null, ExpressionError? Expression = null)
{
    public static RuleProblem In(string field, ExpressionError error) =>
        new(Refusal.Invalid("expression_invalid", $"{error.Message} (at character {error.Column})"), field, error);

    public static RuleProblem Of(string field, string code, string detail) => new(Refusal.Invalid(code, detail), field);
}
