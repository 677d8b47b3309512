using System.Globalization;
using System.Text.Json;

namespace Breeze.Collectors.Hardware;

/// <summary>Turns the answer of the CIM query into the document.</summary>
static class WindowsAnswer
{
    public static HardwareDocument Parse(JsonElement answer)
    {
        JsonElement system = answer.First("system"), bios = answer.First("bios"), os = answer.First("os");
        return new HardwareDocument
        {
            Manufacturer = system.Text("Manufacturer"),
            Model = system.Text("Model"),
            SerialNumber = bios.Text("SerialNumber"),
            Chassis = LinuxText.Chassis(answer.First("chassis").Text("Type")),
            Bios = new BiosInfo(bios.Text("Manufacturer"), bios.Text("SMBIOSBIOSVersion"), bios.Text("Date") is { Length: >= 10 } date ? date[..10] : null),
            Cpu = Processor(answer.Items("processors")),
            MemoryBytes = system.Number("TotalPhysicalMemory"),
            MemoryModules = [.. answer.Items("memory").Select(Module)],
            Disks = [.. answer.Items("disks").Select(Disk)],
            Gpus = [.. answer.Items("gpus").Select(gpu => new GpuInfo(gpu.Text("Name"), gpu.Text("AdapterCompatibility")))],
            Os = new OsInfo(null, os.Text("Caption"), os.Text("Version"), os.Text("Version"), null),
            Virtualization = Virtualization(system),
            BootTime = DateTimeOffset.TryParse(os.Text("Boot"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var boot) ? boot : null,
        };
    }

    static CpuInfo? Processor(IReadOnlyList<JsonElement> sockets) => sockets.Count == 0 ? null : new CpuInfo(
        sockets[0].Text("Name"),
        sockets.Count,
        (int?)sockets.Sum(socket => socket.Number("NumberOfCores")),
        (int?)sockets.Sum(socket => socket.Number("NumberOfLogicalProcessors")),
        (int?)sockets.Max(socket => socket.Number("MaxClockSpeed")));

    static MemoryModule Module(JsonElement module) => new(
        module.Text("DeviceLocator"),
        module.Number("Capacity"),
        module.Number("SMBIOSMemoryType") switch { 24 => "DDR3", 26 => "DDR4", 34 => "DDR5", 30 => "LPDDR4", 35 => "LPDDR5", _ => null },
        (int?)module.Number("Speed"),
        module.Text("Manufacturer"),
        module.Text("SerialNumber"));

    static DiskInfo Disk(JsonElement disk) => new(
        "PhysicalDrive" + disk.Text("DeviceId"),
        disk.Text("FriendlyName"),
        disk.Text("SerialNumber"),
        disk.Number("Size"),
        disk.Text("Bus") == "NVMe" ? "nvme" : disk.Text("Media") switch { "SSD" => "ssd", "HDD" => "hdd", _ => null });

    /// <summary>A physical Windows that uses Hyper-V itself reports a hypervisor too, so the model decides.</summary>
    static string? Virtualization(JsonElement system)
    {
        var guess = LinuxText.Virtualization(system.Text("Manufacturer"), system.Text("Model"), null, isVirtual: true);
        return guess == "unknown" ? null : guess;
    }
}
