namespace Breeze.Core.Devices;

/// <summary>The latest inventory document of a kind.</summary>
public sealed class DeviceInventory
{
    public Guid DeviceId { get; init; }
    public required string Kind { get; init; }

    /// <summary>JSON as the agent sent it: hostile until shown.</summary>
    public required string Document { get; init; }
    public required byte[] Hash { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
}
