using System.Runtime.InteropServices;

namespace Breeze.PluginHost.Processes;

/// <summary>Finds the live processes of a run on macOS, by session and group. Written from the documentation of libproc; not run yet.</summary>
static class MacProcessTable
{
    public static IReadOnlyCollection<int> Members(int leader)
    {
        var pids = new int[8192];
        var count = Math.Min(proc_listallpids(pids, pids.Length * sizeof(int)), pids.Length);
        var members = new HashSet<int>();
        for (var index = 0; index < count; index++)
        {
            var pid = pids[index];
            if (pid > 1 && pid != Environment.ProcessId && (Libc.getsid(pid) == leader || Libc.getpgid(pid) == leader))
                members.Add(pid);
        }
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var parent in members.ToArray())
            {
                var children = new int[1024];
                var found = Math.Min(proc_listchildpids(parent, children, children.Length * sizeof(int)), children.Length);
                for (var index = 0; index < found; index++)
                    grown |= members.Add(children[index]);
            }
        }
        return members;
    }

    [DllImport("libproc")]
    static extern int proc_listallpids([Out] int[] buffer, int size);

    [DllImport("libproc")]
    static extern int proc_listchildpids(int parent, [Out] int[] buffer, int size);
}
