using System.IO.Enumeration;
using System.Text;

namespace Breeze.Collectors.System;

/// <summary>Reads /proc and asks mounted disks for their space. Starts no process.</summary>
sealed class LinuxReader(SystemOptions options, TimeProvider time) : ISystemReader
{
    static readonly TimeSpan ProcessCountAge = TimeSpan.FromSeconds(10);
    static readonly EnumerationOptions Plain = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    readonly ProcFile _stat = new("/proc/stat");
    readonly ProcFile _memory = new("/proc/meminfo");
    readonly ProcFile _load = new("/proc/loadavg");
    readonly ProcFile _uptime = new("/proc/uptime");
    readonly ProcFile _diskstats = new("/proc/diskstats");
    readonly ProcFile _network = new("/proc/net/dev");
    readonly ProcFile _mountinfo = new("/proc/self/mountinfo");
    readonly NameCache _names = new();
    readonly Dictionary<string, bool> _disks = [];
    byte[] _lastMountinfo = [];
    List<(string Mountpoint, DriveInfo Drive)> _drives = [];
    int _processes;
    long? _processesCounted;

    public void Read(SystemReading reading)
    {
        ProcParser.Stat(_stat.Read(), reading);
        ProcParser.Memory(_memory.Read(), reading);
        ProcParser.Load(_load.Read(), reading);
        ProcParser.Uptime(_uptime.Read(), reading);
        ProcParser.Disks(_diskstats.Read(), _names, IsDisk, reading);
        ProcParser.Networks(_network.Read(), _names, reading);
        foreach (var (mountpoint, drive) in Drives())
            FilesystemSpace.Add(drive, mountpoint, reading);
        reading.Processes = CountProcesses();
    }

    public void Dispose()
    {
        foreach (var file in (ReadOnlySpan<ProcFile>)[_stat, _memory, _load, _uptime, _diskstats, _network, _mountinfo])
            file.Dispose();
    }

    /// <summary>The mounts change seldom, so the list is made again only when its text has changed.</summary>
    List<(string Mountpoint, DriveInfo Drive)> Drives()
    {
        var content = _mountinfo.Read();
        if (!content.SequenceEqual(_lastMountinfo))
        {
            _lastMountinfo = content.ToArray();
            _drives = [.. MountTable.Parse(Encoding.UTF8.GetString(content), options.Mountpoints).Select(mount => (mount, new DriveInfo(mount)))];
        }
        return _drives;
    }

    /// <summary>Partitions are not in /sys/block; loops, memory disks and volumes over other disks would count bytes twice.</summary>
    bool IsDisk(string name)
    {
        if (_disks.TryGetValue(name, out var known))
            return known;
        string[] layers = ["loop", "ram", "zram", "dm-", "md", "fd", "sr", "nbd"];
        var isDisk = !Array.Exists(layers, layer => name.StartsWith(layer, StringComparison.Ordinal)) && Directory.Exists($"/sys/block/{name}");
        if (_disks.Count < 4096)
            _disks[name] = isDisk;
        return isDisk;
    }

    /// <summary>Listing /proc costs more than all the rest, and nobody watches this figure by the second.</summary>
    int CountProcesses()
    {
        if (_processesCounted is { } counted && time.GetElapsedTime(counted) < ProcessCountAge)
            return _processes;
        _processesCounted = time.GetTimestamp();
        _processes = 0;
        foreach (var _ in new FileSystemEnumerable<byte>("/proc", static (ref _) => 0, Plain)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]),
        })
            _processes++;
        return _processes;
    }
}
