using System.Globalization;

namespace Breeze.Bench.Report;

/// <summary>CPU time of a process and all that descend from it, from /proc. Of those that ended, what their parent has waited for.</summary>
static class ProcessCpu
{
    // The kernel's tick for user space, which Linux has fixed at a hundredth of a second.
    const double MicrosecondsPerTick = 10_000;

    public static double MicrosecondsOf(int processId)
    {
        var all = new Dictionary<int, (int Parent, long Ticks)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id) && Read(id) is { } read)
            {
                all[id] = read;
            }
        }

        return all.Where(entry => Descends(all, entry.Key, processId)).Sum(entry => entry.Value.Ticks) * MicrosecondsPerTick;
    }

    public static double OwnMicrosecondsOf(int processId) => Read(processId) is { } read ? read.Ticks * MicrosecondsPerTick : 0;

    static bool Descends(Dictionary<int, (int Parent, long Ticks)> all, int id, int ancestor)
    {
        while (id != ancestor)
        {
            if (!all.TryGetValue(id, out var entry) || entry.Parent == 0)
            {
                return false;
            }

            id = entry.Parent;
        }

        return true;
    }

    static (int Parent, long Ticks)? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
