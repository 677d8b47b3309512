using System.Runtime.InteropServices;

namespace Breeze.Collectors.System;

/// <summary>Reads Mach, sysctl and the I/O Registry of macOS. Written from the documentation; not run yet.</summary>
sealed partial class MacReader(SystemOptions options) : ISystemReader
{
    static readonly HashSet<string> LocalTypes = ["apfs", "hfs", "exfat", "msdos"];

    public void Read(SystemReading reading)
    {
        if (!OperatingSystem.IsMacOS())
            return;
        MacCpu.Read(reading);
        MacMemory.Read(reading);
        var load = new double[3];
        if (getloadavg(load, load.Length) == load.Length)
            reading.Load = new LoadAverage(load[0], load[1], load[2]);
        foreach (var drive in DriveInfo.GetDrives())
            AddDrive(drive, reading);
        MacDisks.Read(reading.Disks);
        InterfaceStatistics.Read(reading.Networks);
        reading.UptimeSeconds = Environment.TickCount64 / 1000.0;
        // Without a buffer the call answers with how many there are.
        if (proc_listallpids(0, 0) is var processes and > 0)
            reading.Processes = processes;
    }

    public void Dispose()
    {
    }

    /// <summary>The volumes of one APFS container share its space, and the system's own hide below /System/Volumes.</summary>
    void AddDrive(DriveInfo drive, SystemReading reading)
    {
        var isHelper = drive.Name.StartsWith("/System/Volumes/", StringComparison.Ordinal) || drive.Name.StartsWith("/private/", StringComparison.Ordinal);
        if (isHelper || reading.Filesystems.Count >= MountTable.MostMounts || options.Mountpoints.Excludes(drive.Name))
            return;
        try
        {
            if (LocalTypes.Contains(drive.DriveFormat))
                FilesystemSpace.Add(drive, drive.Name, reading);
        }
        catch (IOException)
        {
            // Ejected since it was listed.
            return;
        }
    }

    [LibraryImport("libc")]
    private static partial int getloadavg([Out] double[] averages, int count);

    [LibraryImport("libproc")]
    private static partial int proc_listallpids(nint buffer, int size);
}
