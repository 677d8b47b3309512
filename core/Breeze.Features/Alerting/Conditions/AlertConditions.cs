using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Reads conditions of alert rules with the fields that this install has now.</summary>
public sealed class AlertConditions(ExpressionEngine engine)
{
    // A rule's condition and its recovery share the 64 places for timers of an alert.
    const int MaximumDurations = 32;
    const int MaximumWindows = 8;

    public async ValueTask<AlertConditionResult> ParseAsync(string text, CancellationToken cancellationToken)
    {
        var (node, error) = await engine.ReadAsync(text, catalog => new AlertSyntax(catalog), cancellationToken);
        return Checked(text, node, error);
    }

    /// <summary>Reads with the fields given.</summary>
    internal static AlertConditionResult Parse(string text, ExpressionCatalog catalog)
    {
        var (node, error) = ExpressionEngine.Read(text, catalog, new AlertSyntax(catalog));
        return Checked(text, node, error);
    }

    static AlertConditionResult Checked(string text, Node? node, ExpressionError? error)
    {
        if (node is null)
        {
            return new(null, error);
        }
        var condition = new AlertCondition(node);
        return condition.Durations > MaximumDurations
            ? new(null, new(1, text.Length, $"At most {MaximumDurations} parts of a condition have a duration. Put parts with the same one in brackets: (… and …) for 5m."))
            : condition.Windows > MaximumWindows ? new(null, new(1, text.Length, $"At most {MaximumWindows} parts of a condition look at stored readings; this one has {condition.Windows}."))
            : condition.Text.Length > ExpressionLimits.Characters ? new(null, new(1, text.Length, $"Written out, a condition has at most {ExpressionLimits.Characters} characters; this one has {condition.Text.Length}."))
            : new(condition, null);
    }
}
