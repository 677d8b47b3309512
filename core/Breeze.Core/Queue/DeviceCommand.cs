namespace Breeze.Core.Queue;

/// <summary>A command to one device.</summary>
public sealed class DeviceCommand
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid DeviceId { get; init; }
    public required string Type { get; init; }
    public required string Payload { get; init; }
    public string Status { get; set; } = CommandStatus.Queued;
    public int TimeoutSeconds { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? CancelRequestedAt { get; init; }
    public DateTimeOffset QueuedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public Guid? CreatedBy { get; init; }
    public CommandResultRow? Result { get; init; }
}
