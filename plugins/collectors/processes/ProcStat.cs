using System.Globalization;

namespace Breeze.Collectors.Processes;

/// <summary>One line of /proc/[pid]/stat, as proc(5) numbers its fields.</summary>
sealed record ProcStat(string Name, int Parent, double CpuTicks, long StartTicks, long ResidentPages)
{
    public static ProcStat? Parse(string text)
    {
        // The name stands in brackets and may hold any character, brackets too; so the last one ends it.
        int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
        if (open < 0 || close <= open)
            return null;
        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // The first one behind the name is number 3.
        return fields.Length > 21 && Number(fields[1]) is { } parent && Number(fields[11]) is { } user && Number(fields[12]) is { } system
            && Number(fields[19]) is { } start && Number(fields[21]) is { } pages
                ? new ProcStat(text[(open + 1)..close], (int)parent, user + system, start, Math.Max(0, pages))
                : null;
    }

    static long? Number(string field) => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
