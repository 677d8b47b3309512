using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Reads conditions of alert rules with the fields that this install has now.</summary>
public sealed class AlertConditions(ExpressionEngine engine)
{
    public async ValueTask<AlertConditionResult> ParseAsync(string text, CancellationToken cancellationToken)
    {
        var result = await engine.ParseAsync(text, cancellationToken);
        return result.Expression is { } expression ? new(new AlertCondition(expression.Text), null) : new(null, result.Error);
    }
}
