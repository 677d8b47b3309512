using System.Text;
using System.Text.Json;
using Breeze.Collectors.Hardware;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class HardwareCollectorTests
{
    [Fact]
    public async Task The_document_describes_this_machine()
    {
        await using var plugin = await RunningPlugin.StartAsync(new HardwarePlugin());
        var document = (await plugin.CollectAsync()).Inventory["hardware"];
        document.GetProperty("cpu").GetProperty("threads").GetInt32().ShouldBeGreaterThanOrEqualTo(1);
        document.GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(100_000_000);
        document.GetProperty("os").GetProperty("family").GetString().ShouldBe("linux");
        document.GetProperty("os").GetProperty("kernel").GetString().ShouldBe(File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        document.GetProperty("boot_time").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow);
        document.GetProperty("network_interfaces").GetArrayLength().ShouldBeGreaterThanOrEqualTo(0);
        document.ToString().ShouldNotContain("null");
    }

    [Fact]
    public async Task Two_readings_of_an_unchanged_machine_are_the_same()
    {
        await using var plugin = await RunningPlugin.StartAsync(new HardwarePlugin());
        var first = (await plugin.CollectAsync()).Inventory["hardware"].ToString();
        (await plugin.CollectAsync()).Inventory["hardware"].ToString().ShouldBe(first);
    }

    [Fact]
    public async Task A_recorded_Linux_machine_is_read()
    {
        var root = Directory.CreateTempSubdirectory("breeze-root-").FullName;
        Write(root, "sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
        Write(root, "sys/class/dmi/id/product_name", "PowerEdge R740\n");
        Write(root, "sys/class/dmi/id/product_serial", "ABC1234\n");
        Write(root, "sys/class/dmi/id/chassis_type", "23\n");
        Write(root, "sys/class/dmi/id/bios_vendor", "Default string\n");
        Write(root, "sys/class/dmi/id/bios_date", "12/31/2023\n");
        Write(root, "proc/cpuinfo", Cores((0, 0), (0, 1), (1, 0), (1, 1), (0, 0), (0, 1), (1, 0), (1, 1)));
        Write(root, "proc/meminfo", "MemTotal:       1024 kB\n");
        Write(root, "proc/stat", "cpu 1\nbtime 1700000000\n");
        Write(root, "etc/os-release", "# comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID='12'\n");
        Write(root, "sys/block/sda/size", "2048\n");
        Write(root, "sys/block/sda/queue/rotational", "1\n");
        Write(root, "sys/block/loop0/size", "8\n");
        Write(root, "sys/bus/pci/devices/0000:03:00.0/class", "0x030000\n");
        Write(root, "sys/bus/pci/devices/0000:03:00.0/vendor", "0x102b\n");
        Write(root, "sys/bus/pci/devices/0000:03:00.0/device", "0x0536\n");

        var document = await new LinuxHardware(root).ReadAsync(TestContext.Current.CancellationToken);
        Directory.Delete(root, recursive: true);

        document.Manufacturer.ShouldBe("Dell Inc.");
        document.SerialNumber.ShouldBe("ABC1234");
        document.Chassis.ShouldBe("server");
        document.Bios.ShouldBe(new BiosInfo(null, null, "2023-12-31"));
        document.Cpu.ShouldBe(new CpuInfo("Xeon", 2, 4, 8, 2100));
        document.MemoryBytes.ShouldBe(1024 * 1024);
        document.BootTime.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1700000000));
        document.Os.ShouldNotBeNull().Name.ShouldBe("Debian GNU/Linux 12 (bookworm)");
        document.Disks.ShouldBe([new DiskInfo("sda", null, null, 1024 * 1024, "hdd")]);
        document.Gpus.ShouldBe([new GpuInfo("Matrox 0x0536", "Matrox")]);
        document.Virtualization.ShouldBeNull();
        document.WithoutSerialNumbers().SerialNumber.ShouldBeNull();
    }

    [Fact]
    public async Task A_machine_that_tells_nothing_gives_an_empty_document() =>
        (await new LinuxHardware("/no/such/root").ReadAsync(TestContext.Current.CancellationToken)).Manufacturer.ShouldBeNull();

    [Fact]
    public void A_memory_module_is_read_from_the_firmware_table()
    {
        var table = new byte[0x28];
        (table[0], table[1]) = (17, 0x28);
        (table[0x0C], table[0x0D]) = (0xFF, 0x7F);
        table[0x1D] = 0x80;
        (table[0x10], table[0x12], table[0x15], table[0x16], table[0x17], table[0x18]) = (1, 0x22, 0xC0, 0x12, 2, 3);
        byte[] raw = [.. table, .. Encoding.ASCII.GetBytes("DIMM A1\0Samsung\0S-1\0\0")];
        SmbiosMemory.Parse(raw).ShouldBe(new MemoryModule("DIMM A1", 32L << 30, "DDR5", 4800, "Samsung", "S-1"));
        SmbiosMemory.Parse(raw.AsSpan(0, 10)).ShouldBeNull();
    }

    [Fact]
    public void What_Windows_answers_is_understood_with_single_objects_and_missing_values()
    {
        var document = WindowsAnswer.Parse(JsonElement.Parse("""
            {"system":{"Manufacturer":"VMware, Inc.","Model":"VMware7,1","TotalPhysicalMemory":8589463552,"HypervisorPresent":true},
             "bios":{"Manufacturer":"VMware, Inc.","SMBIOSBIOSVersion":"VMW71.00V","SerialNumber":"VMware-56 4d","Date":"2020-11-12T00:00:00.0000000Z"},
             "chassis":{"Type":1},
             "processors":[{"Name":"Intel(R) Xeon(R)  ","NumberOfCores":2,"NumberOfLogicalProcessors":4,"MaxClockSpeed":2594},
                           {"Name":"Intel(R) Xeon(R)","NumberOfCores":2,"NumberOfLogicalProcessors":4,"MaxClockSpeed":2594}],
             "memory":{"DeviceLocator":"RAM slot #0","Capacity":8589934592,"SMBIOSMemoryType":26,"Speed":null,"Manufacturer":"","SerialNumber":null},
             "disks":[{"DeviceId":"0","FriendlyName":"VMware Virtual disk","SerialNumber":null,"Size":64424509440,"Media":"SSD","Bus":"SAS"}],
             "gpus":null,
             "os":{"Caption":"Microsoft Windows Server 2022 Standard","Version":"10.0.20348","Boot":"2026-01-02T03:04:05.0000000Z"}}
            """));
        document.Cpu.ShouldBe(new CpuInfo("Intel(R) Xeon(R)", 2, 4, 8, 2594));
        document.Bios.ShouldBe(new BiosInfo("VMware, Inc.", "VMW71.00V", "2020-11-12"));
        document.MemoryModules.ShouldBe([new MemoryModule("RAM slot #0", 8589934592, "DDR4", null, null, null)]);
        document.Disks.ShouldBe([new DiskInfo("PhysicalDrive0", "VMware Virtual disk", null, 64424509440, "ssd")]);
        document.Gpus.ShouldNotBeNull().ShouldBeEmpty();
        document.Virtualization.ShouldBe("vmware");
        document.BootTime.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    }

    [Fact]
    public void What_macOS_answers_is_understood()
    {
        var document = MacAnswer.Parse(JsonElement.Parse("""
            {"SPHardwareDataType":[{"machine_name":"MacBook Pro","machine_model":"Mac15,3","chip_type":"Apple M3","number_processors":"proc 8:4:4",
               "physical_memory":"16 GB","serial_number":"C02X","boot_rom_version":"11881.1.1"}],
             "SPSoftwareDataType":[{"os_version":"macOS 15.1 (24B83)","kernel_version":"Darwin 24.1.0"}],
             "SPMemoryDataType":[{"dimm_type":"LPDDR5","SPMemoryDataType":"16 GB"}],
             "SPNVMeDataType":[{"_items":[{"bsd_name":"disk0","device_model":"APPLE SSD AP0512Z","device_serial":"0ba0","size_in_bytes":500277792768}]}],
             "SPDisplaysDataType":[{"sppci_model":"Apple M3","spdisplays_vendor":"sppci_vendor_Apple"}]}
            """));
        (document.Model, document.Chassis, document.MemoryBytes).ShouldBe(("Mac15,3", "laptop", 16L << 30));
        document.Cpu.ShouldNotBeNull().Cores.ShouldBe(8);
        document.Os.ShouldBe(new OsInfo(null, "macOS 15.1 (24B83)", "15.1", "Darwin 24.1.0", null));
        document.Disks.ShouldBe([new DiskInfo("disk0", "APPLE SSD AP0512Z", "0ba0", 500277792768, "nvme")]);
        document.MemoryModules.ShouldNotBeNull().ShouldHaveSingleItem().Type.ShouldBe("LPDDR5");
        document.Gpus.ShouldBe([new GpuInfo("Apple M3", "Apple")]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"system": [], "processors": "x", "SPHardwareDataType": [1, null], "SPNVMeDataType": [{"_items": 3}]}""")]
    public void Answers_of_another_shape_are_survived(string text)
    {
        WindowsAnswer.Parse(JsonElement.Parse(text)).Model.ShouldBeNull();
        MacAnswer.Parse(JsonElement.Parse(text)).Model.ShouldBeNull();
    }

    static string Cores(params (int Socket, int Core)[] threads) => string.Join('\n', threads.Select((thread, index) =>
        $"processor\t: {index}\nmodel name\t: Xeon\ncpu MHz\t\t: 2100.5\nphysical id\t: {thread.Socket}\ncore id\t\t: {thread.Core}\nflags\t\t: fpu vme\n"));

    static void Write(string root, string path, string content)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
