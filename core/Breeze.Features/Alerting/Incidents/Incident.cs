namespace Breeze.Features.Alerting.Incidents;

/// <summary>Many alerts of one rule that came together: one thing that happened, told once.</summary>
public sealed class Incident
{
    public const string Open = "open";
    public const string Resolved = "resolved";

    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>The organization whose all its alerts are; null when there are several.</summary>
    public Guid? OrganizationId { get; init; }
    public Guid? RuleId { get; init; }
    public string Title { get; init; } = "";
    public string Severity { get; init; } = AlertSeverity.Warning;
    public string Status { get; init; } = Open;
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The alert that is told for all.</summary>
    public Guid? HeadId { get; init; }
    public DateTimeOffset? GathersUntil { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
}
