using System.Globalization;
using System.Text;

namespace Breeze.PluginHost.Processes;

/// <summary>Finds the live processes of a run in /proc.</summary>
static class LinuxProcessTable
{
    /// <summary>One line of the table, from /proc/PID/stat.</summary>
    public readonly record struct Entry(int Pid, char State, int Parent, int Group, int Session)
    {
        public bool IsAlive => State is not ('Z' or 'X');
    }

    /// <summary>
    /// The processes in the session or group of <paramref name="leader"/>, their descendants, and those that carry the marker in their
    /// environment because they left both (as with <c>setsid</c> and a parent that has ended).
    /// </summary>
    public static IReadOnlyCollection<int> Members(int leader, string marker)
    {
        var table = Read();
        var assignment = Encoding.ASCII.GetBytes($"{ProcessEnvironment.RunMarker}={marker}");
        var members = new HashSet<int>();
        foreach (var entry in table)
        {
            if (entry.Pid == leader || entry.Session == leader || entry.Group == leader || HasMarker(entry.Pid, assignment))
                members.Add(entry.Pid);
        }
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var entry in table)
                grown |= members.Contains(entry.Parent) && members.Add(entry.Pid);
        }
        members.RemoveWhere(pid => pid == Environment.ProcessId || !table.Exists(entry => entry.Pid == pid && entry.IsAlive));
        return members;
    }

    /// <summary>Reads one line of /proc/PID/stat. The name in parentheses may itself hold spaces and parentheses.</summary>
    public static Entry? Parse(string line)
    {
        var open = line.IndexOf(" (", StringComparison.Ordinal);
        var close = line.LastIndexOf(") ", StringComparison.Ordinal);
        if (open < 0 || close < open)
            return null;
        var rest = line[(close + 2)..].Split(' ', 5);
        return rest.Length == 5
            && Number(line[..open]) is { } pid && Number(rest[1]) is { } parent && Number(rest[2]) is { } group && Number(rest[3]) is { } session
            ? new Entry(pid, rest[0].FirstOrDefault(), parent, group, session)
            : null;
    }

    static List<Entry> Read()
    {
        var table = new List<Entry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(directory["/proc/".Length]))
                continue;
            try
            {
                if (Parse(File.ReadAllText(Path.Combine(directory, "stat"), Encoding.Latin1)) is { } entry)
                    table.Add(entry);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or belongs to somebody whom we may not look at: then it is no child of ours.
                continue;
            }
        }
        return table;
    }

    static bool HasMarker(int pid, byte[] assignment)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/environ").AsSpan().IndexOf(assignment) >= 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
