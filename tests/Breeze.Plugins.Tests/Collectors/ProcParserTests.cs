using System.Text;
using Breeze.Collectors.System;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class ProcParserTests
{
    readonly SystemReading _reading = new();

    [Fact]
    public void Waiting_for_disks_is_not_work_but_stolen_time_is()
    {
        ProcParser.Stat("cpu  10 20 30 400 50 6 7 8 99 99\ncpu0 1 0 0 9 0 0 0 0 0 0\ncpu2 2 0 0 8 0 0 0 0 0 0\nintr 1 2 3\n"u8, _reading);
        _reading.Cpu.ShouldBe(new CpuTimes(81, 531));
        _reading.Cores.ShouldBe([new(1, 10), default, new(2, 10)]);
    }

    [Fact]
    public void A_clock_that_stands_still_or_goes_back_does_not_make_nonsense()
    {
        var usage = new CpuUsage();
        usage.Next(new(50, 100));
        usage.Next(new(100, 150)).ShouldBe(1);
        usage.Next(new(100, 150)).ShouldBe(1);
        usage.Next(new(10, 20)).ShouldBe(1);
        usage.Next(new(10, 40)).ShouldBe(0);
        usage.Next(new(5, 60)).ShouldBe(0);
    }

    [Fact]
    public void Memory_without_an_available_line_is_estimated()
    {
        ProcParser.Memory("MemTotal:  1000 kB\nMemFree:  100 kB\nBuffers: 50 kB\nCached: 250 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n"u8, _reading);
        _reading.Memory.ShouldBe(new MemoryFigures(1000 * 1024, 400 * 1024, 100 * 1024, 250 * 1024, 50 * 1024));
        _reading.Memory.Used.ShouldBe(600 * 1024);
        _reading.Paging.ShouldBe(new PagingFigures(10 * 1024, 6 * 1024));
    }

    [Fact]
    public void Partitions_are_not_counted_beside_their_disk()
    {
        var text = " 8 0 sda 100 1 2000 5 50 2 400 6 0 7 8\n 8 1 sda1 90 1 1900 5 40 2 300 6 0 7 8\n"u8;
        ProcParser.Disks(text, new NameCache(), name => name == "sda", _reading);
        _reading.Disks.ShouldBe([new DiskFigures("sda", 2000 * 512, 400 * 512, 100, 50)]);
    }

    [Fact]
    public void Interfaces_are_read_even_when_their_figures_touch_the_colon()
    {
        var text = "Inter-|   Receive |  Transmit\n face |bytes packets|bytes\n    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n  eth0:1000 9 2 0 0 0 0 0 3000 8 4 0 0 0 0 0\nveth1a: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"u8;
        ProcParser.Networks(text, new NameCache(), _reading);
        _reading.Networks.ShouldBe([new NetworkFigures("eth0", 1000, 3000, 2, 4)]);
    }

    [Fact]
    public void Each_disk_is_listed_once_and_pseudo_and_network_mounts_are_not()
    {
        const string Table = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            23 22 0:5 / /proc rw - proc proc rw
            24 22 0:6 / /dev/shm rw - tmpfs tmpfs rw
            25 22 8:1 /var/lib/bind /srv/bind rw - ext4 /dev/sda1 rw
            26 22 0:40 / /mnt/share rw - nfs4 server:/x rw
            27 22 0:41 /a /data rw - btrfs /dev/sdb rw,subvol=/a
            28 22 0:42 /b /data/inner rw - btrfs /dev/sdb rw,subvol=/b
            29 22 8:33 / /media/my\040disk rw shared:5 master:6 - vfat /dev/sdc1 rw
            30 22 0:50 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
            31 22 0:51 / /home/me/cloud rw - fuse.sshfs me@host: rw
            broken line
            """;
        MountTable.Parse(Table, NameFilter.None).ShouldBe(["/", "/data", "/media/my disk"]);
        MountTable.Parse(Table, new NameFilter(["/media/*"])).ShouldBe(["/", "/data"]);
    }

    [Fact]
    public void A_thousand_mounts_are_capped_and_the_root_stays()
    {
        var table = string.Join('\n', Enumerable.Range(0, 1000).Select(index => $"1 1 9:{index} / /m{index} rw - ext4 /dev/s{index} rw"))
            + "\n1 1 8:1 / / rw - ext4 /dev/root rw";
        var mounts = MountTable.Parse(table, NameFilter.None);
        mounts.Count.ShouldBe(MountTable.MostMounts);
        mounts.ShouldContain("/");
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu")]
    [InlineData("cpu99999999999 1 2 3\ncpux 1\n")]
    [InlineData("\0\0\0\n:::\n: : :\n")]
    public void Broken_text_is_survived(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ProcParser.Stat(bytes, _reading);
        ProcParser.Memory(bytes, _reading);
        ProcParser.Load(bytes, _reading);
        ProcParser.Uptime(bytes, _reading);
        ProcParser.Disks(bytes, new NameCache(), _ => true, _reading);
        ProcParser.Networks(bytes, new NameCache(), _reading);
        MountTable.Parse(text, NameFilter.None).ShouldBeEmpty();
        _reading.Cores.Count.ShouldBeLessThan(5000);
    }
}
