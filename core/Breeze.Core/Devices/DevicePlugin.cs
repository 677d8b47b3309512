namespace Breeze.Core.Devices;

/// <summary>A plugin on a device, as its agent last reported it.</summary>
public sealed class DevicePlugin
{
    public Guid DeviceId { get; init; }
    public required string PluginId { get; init; }
    public required string Version { get; init; }
    public required string Hash { get; init; }
    public int Generation { get; init; }
    public required string State { get; init; }
    public string? Error { get; init; }
    public double? LoadMs { get; init; }
    public DateTimeOffset ReportedAt { get; init; }
}
