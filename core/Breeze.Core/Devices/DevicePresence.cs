namespace Breeze.Core.Devices;

/// <summary>What every heartbeat changes.</summary>
public sealed class DevicePresence
{
    public Guid DeviceId { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public string AgentStatus { get; init; } = "";
    public string Address { get; init; } = "";

    /// <summary>Since when the wake channel is open; null while it is not.</summary>
    public DateTimeOffset? LiveSince { get; init; }
    public Guid? LiveNode { get; init; }
}
