namespace Breeze.Collectors.System;

/// <summary>One reading of the system. Reused from one reading to the next, because a watched device is read every second.</summary>
sealed class SystemReading
{
    public CpuTimes Cpu { get; set; }

    /// <summary>Index is the number of the core; a core that is switched off has a total of zero.</summary>
    public List<CpuTimes> Cores { get; } = [];

    public LoadAverage? Load { get; set; }

    public MemoryFigures Memory { get; set; }

    public PagingFigures? Paging { get; set; }

    public List<FilesystemFigures> Filesystems { get; } = [];

    public List<DiskFigures> Disks { get; } = [];

    public List<NetworkFigures> Networks { get; } = [];

    public double? UptimeSeconds { get; set; }

    public int? Processes { get; set; }

    public void Clear()
    {
        Cpu = default;
        Cores.Clear();
        Load = null;
        Memory = default;
        Paging = null;
        Filesystems.Clear();
        Disks.Clear();
        Networks.Clear();
        UptimeSeconds = null;
        Processes = null;
    }
}

/// <summary>Running totals since the start of the system, in any unit as long as both have the same.</summary>
readonly record struct CpuTimes(double Busy, double Total);

readonly record struct LoadAverage(double One, double Five, double Fifteen);

/// <summary>Bytes. <paramref name="Available"/> is what programs can still get, which is more than <paramref name="Free"/>.</summary>
readonly record struct MemoryFigures(double Total, double Available, double Free, double Cached, double Buffers)
{
    public double Used => Math.Max(0, Total - Free - Cached - Buffers);
}

/// <summary>Bytes of swap or page file.</summary>
readonly record struct PagingFigures(double Total, double Used);

/// <summary>Bytes. <paramref name="Reserved"/> is free for the administrator only.</summary>
readonly record struct FilesystemFigures(string Mountpoint, double Used, double Free, double Reserved);

/// <summary>Running totals: bytes and finished operations.</summary>
readonly record struct DiskFigures(string Device, double ReadBytes, double WrittenBytes, double Reads, double Writes);

/// <summary>Running totals: bytes and errors.</summary>
readonly record struct NetworkFigures(string Interface, double ReceivedBytes, double SentBytes, double ReceiveErrors, double SendErrors);
