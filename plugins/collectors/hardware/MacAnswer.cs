using System.Globalization;
using System.Text.Json;

namespace Breeze.Collectors.Hardware;

/// <summary>Turns the answer of system_profiler into the document.</summary>
static class MacAnswer
{
    public static HardwareDocument Parse(JsonElement answer)
    {
        JsonElement machine = answer.First("SPHardwareDataType"), software = answer.First("SPSoftwareDataType");
        return new HardwareDocument
        {
            Manufacturer = "Apple",
            Model = machine.Text("machine_model") ?? machine.Text("machine_name"),
            SerialNumber = machine.Text("serial_number"),
            Chassis = machine.Text("machine_name") is { } name ? Chassis(name) : null,
            Bios = machine.Text("boot_rom_version") is { } version ? new BiosInfo("Apple", version, null) : null,
            Cpu = Processor(machine),
            MemoryBytes = Size(machine.Text("physical_memory")),
            MemoryModules = [.. Modules(answer)],
            Disks = [.. Disks(answer, "SPNVMeDataType", "nvme"), .. Disks(answer, "SPSerialATADataType", null)],
            Gpus = [.. answer.Items("SPDisplaysDataType").Select(gpu => new GpuInfo(gpu.Text("sppci_model") ?? gpu.Text("_name"), Vendor(gpu.Text("spdisplays_vendor"))))],
            Os = new OsInfo(null, software.Text("os_version"), Version(software.Text("os_version")), software.Text("kernel_version"), null),
        };
    }

    /// <summary>Sizes are written for people: <c>16 GB</c> means 16 × 2³⁰ for memory.</summary>
    public static long? Size(string? text)
    {
        var parts = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var number, var unit, ..] || !double.TryParse(number, CultureInfo.InvariantCulture, out var value))
            return null;
        var scale = unit switch { "KB" => 10, "MB" => 20, "GB" => 30, "TB" => 40, _ => -1 };
        return scale < 0 ? null : (long)(value * (1L << scale));
    }

    static CpuInfo Processor(JsonElement machine)
    {
        // Apple silicon: "proc 8:4:4", all cores, fast ones, frugal ones; Intel: a number.
        var cores = machine.Text("number_processors") is { } text
            && int.TryParse(text.Replace("proc ", "", StringComparison.Ordinal).Split(':')[0], CultureInfo.InvariantCulture, out var count) ? count : (int?)null;
        return new CpuInfo(machine.Text("chip_type") ?? machine.Text("cpu_type"), (int?)machine.Number("packages") ?? 1, cores, Environment.ProcessorCount, null);
    }

    static IEnumerable<MemoryModule> Modules(JsonElement answer) =>
        from bank in answer.Items("SPMemoryDataType")
        let slots = bank.Items("_items")
        from module in slots.Count > 0 ? slots : [bank]
        let size = Size(module.Text("dimm_size") ?? module.Text("SPMemoryDataType"))
        where size is not null
        select new MemoryModule(module.Text("_name"), size, module.Text("dimm_type"), null, module.Text("dimm_manufacturer"), module.Text("dimm_serial_number"));

    static IEnumerable<DiskInfo> Disks(JsonElement answer, string type, string? kind) =>
        from controller in answer.Items(type)
        from disk in controller.Items("_items")
        select new DiskInfo(
            disk.Text("bsd_name") ?? disk.Text("_name") ?? "disk", disk.Text("device_model"), disk.Text("device_serial"), disk.Number("size_in_bytes"), kind);

    static string? Vendor(string? text) => text?.Replace("sppci_vendor_", "", StringComparison.Ordinal);

    /// <summary><c>macOS 15.1 (24B83)</c> is 15.1.</summary>
    static string? Version(string? text) => text?.Split(' ').FirstOrDefault(word => word.Length > 0 && char.IsAsciiDigit(word[0]));

    static string Chassis(string name) =>
        name.Contains("Book", StringComparison.Ordinal) ? "laptop" : name.StartsWith("iMac", StringComparison.Ordinal) ? "all-in-one" : "desktop";
}
