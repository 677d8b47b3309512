namespace Breeze.Core.Devices;

/// <summary>A device joined or left a dynamic group.</summary>
public sealed class DeviceGroupChange
{
    public Guid Id { get; init; }
    public Guid GroupId { get; init; }
    public Guid DeviceId { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary><c>joined</c> or <c>left</c>.</summary>
    public required string Change { get; init; }
}
