namespace Breeze.Collectors.Software;

/// <summary>Reads dpkg's list of packages: paragraphs of fields, as deb-control(5) describes them.</summary>
static class DpkgStatus
{
    static readonly string[] Needed = ["Package", "Status", "Version", "Maintainer", "Architecture"];

    public static IReadOnlyList<SoftwarePackage> Read(string root)
    {
        var folder = Path.Combine(root, "var/lib/dpkg");
        try
        {
            return [.. Parse(File.ReadLines(Path.Combine(folder, "status")), (name, architecture) => InstalledAt(Path.Combine(folder, "info"), name, architecture))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Line by line, since the file has megabytes and an agent should stay small.</summary>
    public static IEnumerable<SoftwarePackage> Parse(IEnumerable<string> lines, Func<string, string?, DateTimeOffset?> installedAt)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Append(""))
        {
            if (line.Length == 0)
            {
                if (Package(fields, installedAt) is { } package)
                    yield return package;
                fields.Clear();
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is not (' ' or '\t') && colon > 0 && Array.Exists(Needed, name => line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase)))
                fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    static SoftwarePackage? Package(Dictionary<string, string> fields, Func<string, string?, DateTimeOffset?> installedAt)
    {
        if (!fields.TryGetValue("Package", out var name) || name.Length == 0
            || !fields.TryGetValue("Status", out var status) || !status.EndsWith(" ok installed", StringComparison.Ordinal))
        {
            return null;
        }
        return new SoftwarePackage(
            name, fields.GetValueOrDefault("Version"), "dpkg", Lines.Full(fields.GetValueOrDefault("Maintainer")?.Split('<')[0]),
            installedAt(name, fields.GetValueOrDefault("Architecture")));
    }

    /// <summary>dpkg keeps no date; it writes the list of a package's files when it unpacks it.</summary>
    static DateTimeOffset? InstalledAt(string folder, string name, string? architecture)
    {
        foreach (var file in (ReadOnlySpan<string>)[$"{name}.list", $"{name}:{architecture}.list"])
        {
            var info = new FileInfo(Path.Combine(folder, file));
            if (info.Exists)
                return new DateTimeOffset(info.LastWriteTimeUtc.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        }
        return null;
    }
}
