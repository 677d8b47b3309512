namespace Breeze.Collectors.Patches;

/// <summary>Reads winget's table: columns stand where their headings stand, since names hold blanks.</summary>
static class WingetTable
{
    public static IEnumerable<PendingUpdate> Parse(string text)
    {
        int[]? columns = null;
        foreach (var full in Lines.Of(text))
        {
            // A progress indicator is drawn over and over before the table, on the line of the heading.
            var line = full[(full.LastIndexOf('\r') + 1)..];
            if (line.TrimStart().StartsWith("Name ", StringComparison.Ordinal) && line.Contains(" Available", StringComparison.Ordinal))
            {
                string[] headings = [" Id ", " Version ", " Available ", " Source"];
                columns = [.. headings.Select(heading => line.IndexOf(heading.TrimEnd(), StringComparison.Ordinal) + 1)];
                continue;
            }
            if (columns is null || line.StartsWith('-') || line.Length <= columns[2])
                continue;
            var (id, current, available) = (Cell(line, columns[0], columns[1]), Cell(line, columns[1], columns[2]), Cell(line, columns[2], columns[3]));
            if (id.Length > 0 && !id.Contains(' ', StringComparison.Ordinal) && available.Length > 0)
                yield return new PendingUpdate(id, current is "Unknown" ? null : current, available, "winget");
        }
    }

    static string Cell(string line, int from, int to) => line[Math.Min(from, line.Length)..(to > from ? Math.Min(to, line.Length) : line.Length)].Trim();
}
