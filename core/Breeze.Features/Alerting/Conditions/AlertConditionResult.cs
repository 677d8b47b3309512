using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>A condition, or what is wrong with its text.</summary>
public sealed record AlertConditionResult(AlertCondition? Condition, ExpressionError? Error);
