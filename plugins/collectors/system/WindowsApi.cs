using System.Runtime.InteropServices;

namespace Breeze.Collectors.System;

/// <summary>The calls of kernel32, psapi and ntdll behind <see cref="WindowsReader"/>.</summary>
static partial class WindowsApi
{
    const int ProcessorPerformance = 8;
    const int MostCores = 1024;

    /// <summary>PERFORMANCE_INFORMATION; sizes in pages.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Performance
    {
        public uint Size;
        public nuint CommitTotal;
        public nuint CommitLimit;
        public nuint CommitPeak;
        public nuint PhysicalTotal;
        public nuint PhysicalAvailable;
        public nuint SystemCache;
        public nuint KernelTotal;
        public nuint KernelPaged;
        public nuint KernelNonpaged;
        public nuint PageSize;
        public uint HandleCount;
        public uint ProcessCount;
        public uint ThreadCount;
    }

    /// <summary>SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION; kernel time includes idle time.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct CoreTimes
    {
        public long Idle;
        public long Kernel;
        public long User;
        public long Reserved1;
        public long Reserved2;
        public uint Reserved3;
    }

    /// <summary>Units of 100 ns; FILETIME is a 64-bit number on every little-endian machine. Kernel time includes idle time.</summary>
    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    public static bool TryReadPerformance(out Performance figures)
    {
        figures = default;
        return K32GetPerformanceInfo(ref figures, (uint)Marshal.SizeOf<Performance>());
    }

    public static unsafe void ReadCores(List<CpuTimes> cores)
    {
        var buffer = new CoreTimes[Math.Min(Environment.ProcessorCount, MostCores)];
        fixed (CoreTimes* first = buffer)
        {
            if (NtQuerySystemInformation(ProcessorPerformance, first, (uint)(buffer.Length * sizeof(CoreTimes)), out var length) != 0)
                return;
            foreach (var core in buffer.AsSpan(0, (int)length / sizeof(CoreTimes)))
                cores.Add(new CpuTimes(core.Kernel + core.User - core.Idle, core.Kernel + core.User));
        }
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool K32GetPerformanceInfo(ref Performance figures, uint size);

    [LibraryImport("ntdll")]
    private static unsafe partial int NtQuerySystemInformation(int kind, void* buffer, uint size, out uint length);
}
