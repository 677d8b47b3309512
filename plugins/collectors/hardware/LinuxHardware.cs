namespace Breeze.Collectors.Hardware;

/// <summary>Reads /sys, /proc and /etc below a root, which tests replace.</summary>
sealed class LinuxHardware(string root) : IHardwareReader
{
    readonly SystemFiles _files = new(root);

    public ValueTask<HardwareDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var processor = LinuxCpu.Parse(_files.Text("proc/cpuinfo") ?? "");
        var release = LinuxText.Assignments(_files.Text("etc/os-release") ?? _files.Text("usr/lib/os-release") ?? "");
        return ValueTask.FromResult(new HardwareDocument
        {
            Manufacturer = Dmi("sys_vendor"),
            Model = Dmi("product_name") ?? _files.Line("proc/device-tree/model"),
            SerialNumber = Dmi("product_serial") ?? _files.Line("proc/device-tree/serial-number"),
            Chassis = LinuxText.Chassis(_files.Line("sys/class/dmi/id/chassis_type")),
            Bios = Bios(),
            Cpu = processor.Info with { MaxMhz = MaxMhz() ?? processor.Info.MaxMhz },
            MemoryBytes = LinuxText.MemoryBytes(_files.Text("proc/meminfo") ?? ""),
            MemoryModules = SmbiosMemory.Read(_files),
            Disks = [.. _files.Names("sys/block").Select(Disk).OfType<DiskInfo>()],
            Gpus = [.. LinuxGpus.Read(_files)],
            Os = new OsInfo(null, release.GetValueOrDefault("PRETTY_NAME"), release.GetValueOrDefault("VERSION_ID"), _files.Line("proc/sys/kernel/osrelease"), null),
            Virtualization = LinuxText.Virtualization(Dmi("sys_vendor"), Dmi("product_name"), _files.Line("sys/hypervisor/type"), processor.IsVirtual),
            BootTime = LinuxText.BootTime(_files.Text("proc/stat") ?? ""),
        });
    }

    /// <summary>Boards are shipped with fields that nobody filled in.</summary>
    string? Dmi(string name) => _files.Line("sys/class/dmi/id/" + name) is { } value
        && value is not ("Not Specified" or "None" or "Default string" or "System Product Name" or "System manufacturer" or "To Be Filled By O.E.M." or "0")
            ? value
            : null;

    BiosInfo? Bios() => (Dmi("bios_vendor"), Dmi("bios_version"), LinuxText.UsDate(Dmi("bios_date"))) is var (vendor, version, date)
        && (vendor ?? version ?? date) is not null ? new BiosInfo(vendor, version, date) : null;

    int? MaxMhz() => LinuxText.Number(_files.Line("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")) is { } kilohertz ? (int)(kilohertz / 1000) : null;

    DiskInfo? Disk(string name)
    {
        string[] layers = ["loop", "ram", "zram", "dm-", "md", "fd", "sr", "nbd"];
        if (Array.Exists(layers, layer => name.StartsWith(layer, StringComparison.Ordinal)))
            return null;
        var folder = "sys/block/" + name;
        var sectors = LinuxText.Number(_files.Line(folder + "/size"));
        var kind = name.StartsWith("nvme", StringComparison.Ordinal) ? "nvme" : _files.Line(folder + "/queue/rotational") switch
        {
            "0" => "ssd",
            "1" => "hdd",
            _ => null,
        };
        return new DiskInfo(name, _files.Line(folder + "/device/model"), _files.Line(folder + "/device/serial") ?? _files.Line(folder + "/serial"), sectors * 512, kind);
    }
}
