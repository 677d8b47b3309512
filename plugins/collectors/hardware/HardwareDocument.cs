namespace Breeze.Collectors.Hardware;

/// <summary>The inventory document. What a device does not tell is left out of the JSON.</summary>
sealed record HardwareDocument
{
    public string? Manufacturer { get; init; }

    public string? Model { get; init; }

    public string? SerialNumber { get; init; }

    public string? Chassis { get; init; }

    public BiosInfo? Bios { get; init; }

    public CpuInfo? Cpu { get; init; }

    public long? MemoryBytes { get; init; }

    public IReadOnlyList<MemoryModule>? MemoryModules { get; init; }

    public IReadOnlyList<DiskInfo>? Disks { get; init; }

    public IReadOnlyList<GpuInfo>? Gpus { get; init; }

    public IReadOnlyList<NetworkInterfaceInfo>? NetworkInterfaces { get; init; }

    public OsInfo? Os { get; init; }

    /// <summary>The hypervisor, such as <c>kvm</c>; missing on a physical device.</summary>
    public string? Virtualization { get; init; }

    public DateTimeOffset? BootTime { get; init; }

    public HardwareDocument WithoutSerialNumbers() => this with
    {
        SerialNumber = null,
        MemoryModules = MemoryModules is null ? null : [.. MemoryModules.Select(module => module with { Serial = null })],
        Disks = Disks is null ? null : [.. Disks.Select(disk => disk with { Serial = null })],
    };
}

sealed record BiosInfo(string? Vendor, string? Version, string? Date);

sealed record CpuInfo(string? Model, int? Sockets, int? Cores, int? Threads, int? MaxMhz);

sealed record MemoryModule(string? Slot, long? SizeBytes, string? Type, int? SpeedMhz, string? Manufacturer, string? Serial);

/// <summary>Kind is <c>ssd</c>, <c>hdd</c> or <c>nvme</c>.</summary>
sealed record DiskInfo(string Name, string? Model, string? Serial, long? SizeBytes, string? Kind);

sealed record GpuInfo(string? Name, string? Vendor);

sealed record NetworkInterfaceInfo(string Name, string? Mac, IReadOnlyList<string> Addresses, long? SpeedMbps, int? Mtu, string State);

sealed record OsInfo(string? Family, string? Name, string? Version, string? Kernel, string? Arch);
