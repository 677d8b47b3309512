using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Breeze.Remote.Terminal.Unix;

/// <summary>Ends the processes of a terminal's session: background jobs outlive their shell otherwise. What has left the session by setsid(2) was meant to stay.</summary>
static partial class UnixSession
{
    /// <summary>A process can start another between the look and the signal, so both repeat; this bounds it.</summary>
    const int MostPasses = 50;
    const int PassesOfGrace = 10;

    public static void End(int leader)
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var members = Members(leader);
            if (members.Count == 0)
                return;
            // First as if somebody had hung up, so that shells save their history and editors their files.
            foreach (var pid in members)
            {
                if (pass is not (> 0 and < PassesOfGrace))
                    _ = UnixCalls.Send(pid, pass == 0 ? UnixCalls.Hangup : UnixCalls.Kill);
                if (pass == 0)
                    _ = UnixCalls.Send(pid, UnixCalls.Continue);
            }
            Thread.Sleep(20);
        }
    }

    internal static List<int> Members(int leader) => OperatingSystem.IsMacOS() ? OnMac(leader) : OnLinux(leader);

    static List<int> OnLinux(int leader)
    {
        var members = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(directory.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                if (IsMember(File.ReadAllText($"{directory}/stat", Encoding.Latin1), leader))
                    members.Add(pid);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is hidden from us and so not ours.
                continue;
            }
        }
        return members;
    }

    /// <summary>By a line of /proc/PID/stat: after the name in parentheses come state, parent, group and session. One that has ended does not count.</summary>
    internal static bool IsMember(string line, int leader)
    {
        var name = line.LastIndexOf(") ", StringComparison.Ordinal);
        return name > 0 && line[(name + 2)..].Split(' ', 5) is [not ("Z" or "X"), _, _, var session, ..]
            && int.TryParse(session, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number == leader;
    }

    static List<int> OnMac(int leader)
    {
        var pids = new int[8192];
        var count = Math.Clamp(ListAll(pids, pids.Length * sizeof(int)), 0, pids.Length);
        return [.. pids.Take(count).Where(pid => pid > 1 && UnixCalls.SessionOf(pid) == leader)];
    }

    [LibraryImport("libproc", EntryPoint = "proc_listallpids")]
    private static partial int ListAll([Out] int[] buffer, int size);
}
