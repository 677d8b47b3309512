namespace Breeze.Features.Scripts;

/// <summary>A stored script that was sent to a device. What came of it is with the command.</summary>
public sealed class ScriptExecution
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid DeviceId { get; init; }

    /// <summary>Null when the script is gone.</summary>
    public Guid? ScriptId { get; init; }

    /// <summary>The version that ran.</summary>
    public int? Version { get; init; }
    public Guid CommandId { get; init; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
