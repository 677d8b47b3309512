namespace Breeze.Collectors.Hardware;

/// <summary>Lists display controllers by their PCI class; the names of models are in no file of the kernel.</summary>
static class LinuxGpus
{
    const string Devices = "sys/bus/pci/devices";

    public static IEnumerable<GpuInfo> Read(SystemFiles files) =>
        from address in files.Names(Devices)
        let folder = $"{Devices}/{address}"
        where files.Line(folder + "/class")?.StartsWith("0x03", StringComparison.Ordinal) == true
        let vendor = Vendor(files.Line(folder + "/vendor"))
        select new GpuInfo($"{vendor} {files.Line(folder + "/device")}", vendor);

    static string? Vendor(string? id) => id switch
    {
        "0x10de" => "NVIDIA",
        "0x1002" => "AMD",
        "0x8086" => "Intel",
        "0x15ad" => "VMware",
        "0x1234" => "QEMU",
        "0x1af4" => "Virtio",
        "0x1a03" => "ASPEED",
        "0x102b" => "Matrox",
        _ => id,
    };
}
