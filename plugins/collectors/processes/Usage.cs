using System.ComponentModel;
using System.Diagnostics;

namespace Breeze.Collectors.Processes;

/// <summary>What the runtime itself knows of processes, where no tool need be started.</summary>
static class Usage
{
    public static IReadOnlyList<ProcessInfo> Read()
    {
        var found = new List<ProcessInfo>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    found.Add(new ProcessInfo(process.Id, null, process.ProcessName, null, $"{process.StartTime.ToFileTimeUtc()}", process.TotalProcessorTime.TotalSeconds, process.WorkingSet64, null, null));
                }
                catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or NotSupportedException)
                {
                    // It has ended, or it is one of the few that even the system may not look into.
                    continue;
                }
            }
        }
        return found;
    }

    public static KillResult Kill(int pid, Predicate<DateTime> isSame)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            // The handle keeps the id from being used again.
            _ = process.SafeHandle;
            if (!isSame(process.StartTime))
                return KillResult.Another;
            process.Kill();
            return KillResult.Ended;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return KillResult.Gone;
        }
        catch (Win32Exception)
        {
            return KillResult.Forbidden;
        }
    }
}
