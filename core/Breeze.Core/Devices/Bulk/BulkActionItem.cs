namespace Breeze.Core.Devices.Bulk;

/// <summary>What came of an action on one device.</summary>
public sealed class BulkActionItem
{
    public Guid ActionId { get; init; }
    public Guid DeviceId { get; init; }

    /// <summary><c>queued</c>, <c>done</c>, <c>failed</c> or <c>skipped</c>.</summary>
    public string State { get; set; } = BulkActionState.Queued;

    /// <summary>The command that was queued for it, when the action is one.</summary>
    public Guid? CommandId { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}
