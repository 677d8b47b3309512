namespace Breeze.PluginHost.Processes;

/// <summary>Ends every process of a run, whatever session, group or parent it has moved to.</summary>
static class UnixProcessTree
{
    /// <summary>A process can fork between the look and the kill, so both repeat until a look finds nothing; this bounds a fork bomb's fight.</summary>
    const int MostPasses = 50;

    public static void Kill(int leader, string marker)
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var members = OperatingSystem.IsLinux() ? LinuxProcessTable.Members(leader, marker) : MacProcessTable.Members(leader);
            if (members.Count == 0)
                return;
            foreach (var pid in members)
                _ = Libc.kill(pid, Libc.SigKill);
            Thread.Sleep(pass < 5 ? 1 : 10);
        }
    }
}
