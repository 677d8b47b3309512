namespace Breeze.Features.Alerting.Conditions;

/// <summary>A checked condition of an alert rule. Immutable.</summary>
public sealed class AlertCondition
{
    internal AlertCondition(string text) => Text = text;

    /// <summary>In normal form.</summary>
    public string Text { get; }
}
