using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Collectors.System;

/// <summary>Asks each physical disk of Windows for its counters (IOCTL_DISK_PERFORMANCE), which needs no rights.</summary>
static partial class WindowsDisks
{
    const uint DiskPerformance = 0x70020;
    const uint ShareReadWrite = 3;
    const uint OpenExisting = 3;
    const int MostDisks = 16;

    /// <summary>DISK_PERFORMANCE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    unsafe struct Counters
    {
        public long BytesRead;
        public long BytesWritten;
        public long ReadTime;
        public long WriteTime;
        public long IdleTime;
        public uint ReadCount;
        public uint WriteCount;
        public uint QueueDepth;
        public uint SplitCount;
        public long QueryTime;
        public uint StorageDeviceNumber;
        public fixed char StorageManagerName[8];
    }

    public static unsafe void Read(List<DiskFigures> disks)
    {
        for (var number = 0; number < MostDisks; number++)
        {
            var name = "PhysicalDrive" + number.ToString(CultureInfo.InvariantCulture);
            using var disk = CreateFileW(@"\\.\" + name, 0, ShareReadWrite, 0, OpenExisting, 0, 0);
            Counters counters;
            if (!disk.IsInvalid && DeviceIoControl(disk, DiskPerformance, null, 0, &counters, (uint)sizeof(Counters), out _, 0))
                disks.Add(new DiskFigures(name, counters.BytesRead, counters.BytesWritten, counters.ReadCount, counters.WriteCount));
        }
    }

    [LibraryImport("kernel32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFileW(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool DeviceIoControl(
        SafeFileHandle device, uint code, void* input, uint inputSize, void* output, uint outputSize, out uint returned, nint overlapped);
}
