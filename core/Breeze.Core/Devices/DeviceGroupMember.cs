namespace Breeze.Core.Devices;

/// <summary>A device's place in a group.</summary>
public sealed class DeviceGroupMember
{
    public Guid GroupId { get; init; }
    public Guid DeviceId { get; init; }
    public DateTimeOffset AddedAt { get; init; }
}
