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

    /// <summary>Utilization from 0 to 1 by the last heartbeat; null when the device never said.</summary>
    public float? Cpu { get; init; }

    /// <inheritdoc cref="Cpu"/>
    public float? Memory { get; init; }

    /// <summary>Utilization of the fullest file system, from 0 to 1.</summary>
    public float? Disk { get; init; }

    public DateTimeOffset? BootedAt { get; init; }
}
