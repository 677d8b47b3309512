using System.Runtime.InteropServices;

namespace Breeze.Collectors.System;

/// <summary>CPU ticks by core, from Mach.</summary>
static partial class MacCpu
{
    const int ProcessorCpuLoadInfo = 2;
    const int StatesPerCore = 4;

    public static unsafe void Read(SystemReading reading)
    {
        if (host_processor_info(mach_host_self(), ProcessorCpuLoadInfo, out var count, out var ticks, out var length) != 0)
            return;
        double busyOfAll = 0, totalOfAll = 0;
        for (var core = 0; core < count; core++)
        {
            // user, system, idle, nice
            var states = (uint*)ticks + (core * StatesPerCore);
            double busy = (double)states[0] + states[1] + states[3], total = busy + states[2];
            reading.Cores.Add(new CpuTimes(busy, total));
            (busyOfAll, totalOfAll) = (busyOfAll + busy, totalOfAll + total);
        }
        reading.Cpu = new CpuTimes(busyOfAll, totalOfAll);
        // The kernel mapped the answer into this process; without this the mapping stays for ever.
        _ = vm_deallocate(mach_task_self(), ticks, length * sizeof(uint));
    }

    [LibraryImport("libSystem")]
    internal static partial uint mach_host_self();

    [LibraryImport("libSystem")]
    private static partial uint mach_task_self();

    [LibraryImport("libSystem")]
    private static partial int host_processor_info(uint host, int flavor, out uint count, out nint ticks, out uint length);

    [LibraryImport("libSystem")]
    private static partial int vm_deallocate(uint task, nint address, nuint size);
}
