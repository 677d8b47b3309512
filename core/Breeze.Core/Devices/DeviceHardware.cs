namespace Breeze.Core.Devices;

/// <summary>The hardware facts that lists and searches use; the whole document is in <see cref="DeviceInventory"/>.</summary>
public sealed class DeviceHardware
{
    public Guid DeviceId { get; init; }
    public string? Manufacturer { get; init; }
    public string? Model { get; init; }
    public string? SerialNumber { get; init; }
    public string? CpuModel { get; init; }
    public int? CpuCores { get; init; }
    public int? CpuThreads { get; init; }
    public long? MemoryBytes { get; init; }
    public string? Virtualization { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}
