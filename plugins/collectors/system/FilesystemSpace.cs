namespace Breeze.Collectors.System;

/// <summary>Asks for the space of a file system.</summary>
static class FilesystemSpace
{
    public static void Add(DriveInfo drive, string mountpoint, SystemReading reading)
    {
        try
        {
            double total = drive.TotalSize, free = drive.TotalFreeSpace, available = drive.AvailableFreeSpace;
            reading.Filesystems.Add(new FilesystemFigures(mountpoint, total - free, available, Math.Max(0, free - available)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Unmounted or forbidden since the list was made: it has no space to report.
            return;
        }
    }
}
