using System.Runtime.InteropServices;

namespace Breeze.Collectors.System;

/// <summary>Memory and swap, from Mach and sysctl.</summary>
static partial class MacMemory
{
    const int VmInfo64 = 4;
    const int VmInfo64Count = 38;

    /// <summary>xsw_usage.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct SwapUsage
    {
        public ulong Total;
        public ulong Available;
        public ulong Used;
        public uint PageSize;
        public int Encrypted;
    }

    public static unsafe void Read(SystemReading reading)
    {
        ulong total = 0;
        nuint size = sizeof(ulong);
        // vm_statistics64 is 152 bytes: free, active, inactive and wire count come first as 32-bit numbers of pages.
        var pages = stackalloc uint[VmInfo64Count];
        uint count = VmInfo64Count;
        if (sysctlbyname("hw.memsize", &total, ref size, null, 0) == 0 && host_statistics64(MacCpu.mach_host_self(), VmInfo64, pages, ref count) == 0)
        {
            double page = Environment.SystemPageSize;
            double free = pages[0] * page, inactive = pages[2] * page;
            reading.Memory = new MemoryFigures(total, free + inactive, free, inactive, 0);
        }
        SwapUsage swap;
        size = (nuint)sizeof(SwapUsage);
        if (sysctlbyname("vm.swapusage", &swap, ref size, null, 0) == 0)
            reading.Paging = new PagingFigures(swap.Total, swap.Used);
    }

    [LibraryImport("libSystem", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int sysctlbyname(string name, void* value, ref nuint size, void* replacement, nuint replacementSize);

    [LibraryImport("libSystem")]
    private static unsafe partial int host_statistics64(uint host, int flavor, void* statistics, ref uint count);
}
