using Breeze.Features.Alerting.Notifying;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>A policy that is due for an alert, with what there is to say.</summary>
sealed record EscalationRow
{
    public required Guid Id { get; init; }
    public required Guid PartnerId { get; init; }
    public required Guid AlertId { get; init; }
    public Guid? RouteId { get; init; }
    public required string Policy { get; init; }
    public required IReadOnlyList<EscalationStep> Steps { get; init; }
    public required int Repeats { get; init; }
    public required int RepeatMinutes { get; init; }
    public required int Step { get; init; }
    public required int Round { get; init; }
    public required string Status { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Nobody is told: the alert is suppressed or its device in maintenance.</summary>
    public required bool IsSuppressed { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }
    public DateTimeOffset FiredAt { get; init; }
    public required NotificationBody Body { get; init; }
}
