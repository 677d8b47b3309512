namespace Breeze.Collectors.System;

/// <summary>Reads the Windows API. Windows knows no load average. Written from the documentation; not run yet.</summary>
sealed class WindowsReader(SystemOptions options) : ISystemReader
{
    public void Read(SystemReading reading)
    {
        if (!OperatingSystem.IsWindows())
            return;
        if (WindowsApi.GetSystemTimes(out var idle, out var kernel, out var user))
            reading.Cpu = new CpuTimes(kernel + user - idle, kernel + user);
        WindowsApi.ReadCores(reading.Cores);
        ReadMemory(reading);
        foreach (var drive in DriveInfo.GetDrives())
        {
            // Fixed disks only: an empty card reader or a lost network drive would hold up the reading.
            if (drive.DriveType == DriveType.Fixed && reading.Filesystems.Count < MountTable.MostMounts && !options.Mountpoints.Excludes(drive.Name))
                FilesystemSpace.Add(drive, drive.Name, reading);
        }
        WindowsDisks.Read(reading.Disks);
        InterfaceStatistics.Read(reading.Networks);
        reading.UptimeSeconds = Environment.TickCount64 / 1000.0;
    }

    public void Dispose()
    {
    }

    static void ReadMemory(SystemReading reading)
    {
        if (!WindowsApi.TryReadPerformance(out var figures))
            return;
        double page = figures.PageSize;
        var (total, available) = (figures.PhysicalTotal * page, figures.PhysicalAvailable * page);
        // Windows counts its standby list as available and keeps only the system cache's size apart.
        var cached = Math.Min(figures.SystemCache * page, available);
        reading.Memory = new MemoryFigures(total, available, available - cached, cached, 0);
        // The commit limit is memory plus page file.
        var limit = Math.Max(0, (figures.CommitLimit * page) - total);
        reading.Paging = new PagingFigures(limit, Math.Clamp((figures.CommitTotal * page) - (total - available), 0, limit));
        reading.Processes = (int)figures.ProcessCount;
    }
}
