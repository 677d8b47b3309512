namespace Breeze.Core.Auditing;

/// <summary>A row of the audit log; the database chains it.</summary>
public sealed class AuditEntry
{
    public Guid Id { get; init; }
    public Guid? PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public long Sequence { get; init; }
    public DateTimeOffset At { get; init; }
    public required string ActorKind { get; init; }
    public Guid? ActorId { get; init; }
    public string ActorName { get; init; } = "";
    public required string Action { get; init; }
    public string TargetKind { get; init; } = "";
    public string TargetId { get; init; } = "";
    public string Address { get; init; } = "";
    public string Detail { get; init; } = "{}";
}
