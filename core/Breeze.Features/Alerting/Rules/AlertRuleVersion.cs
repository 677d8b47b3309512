namespace Breeze.Features.Alerting.Rules;

/// <summary>A rule as it was.</summary>
public sealed class AlertRuleVersion
{
    public Guid RuleId { get; init; }
    public int Version { get; init; }

    /// <summary>The rule's fields, as JSON.</summary>
    public string Document { get; init; } = "{}";
    public Guid? ChangedBy { get; init; }
    public string ChangedByName { get; init; } = "";
    public DateTimeOffset ChangedAt { get; init; }
}
