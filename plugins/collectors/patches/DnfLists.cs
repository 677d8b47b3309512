namespace Breeze.Collectors.Patches;

/// <summary>Reads <c>dnf check-update</c> (name.architecture, version, repository) and <c>dnf updateinfo list</c> (advisory, kind, package).</summary>
static class DnfLists
{
    public static IEnumerable<PendingUpdate> Parse(string updates, string? advisories)
    {
        var notes = new Dictionary<string, (string? Severity, bool Security)>();
        foreach (var line in Lines.Of(advisories))
        {
            if (Lines.Words(line, 4) is [_, var kind, var package, ..])
            {
                var note = Note(kind);
                // A package may have several advisories; security is what counts.
                if (!notes.TryGetValue(package, out var known) || (note.Security && !known.Security))
                    notes[package] = note;
            }
        }
        foreach (var line in Lines.Of(updates))
        {
            if (line.StartsWith("Obsoleting", StringComparison.Ordinal))
                yield break;
            if (char.IsWhiteSpace(line[0]) || Lines.Words(line, 4) is not [var full, var version, _] || full.LastIndexOf('.') is not (> 0 and var dot))
                continue;
            var (name, architecture) = (full[..dot], full[(dot + 1)..]);
            var bare = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
            var (severity, security) = notes.GetValueOrDefault($"{name}-{version}.{architecture}", notes.GetValueOrDefault($"{name}-{bare}.{architecture}"));
            yield return new PendingUpdate(name, null, version, "dnf", severity, security,
                name is "kernel" or "kernel-core" or "glibc" or "systemd" or "linux-firmware" or "openssl-libs");
        }
    }

    /// <summary><c>Important/Sec.</c>, <c>security</c>, <c>bugfix</c>, <c>enhancement</c>.</summary>
    static (string? Severity, bool Security) Note(string kind)
    {
        var security = kind.EndsWith("/Sec.", StringComparison.Ordinal) || kind is "security";
        return (kind.Split('/')[0] switch { "Critical" => "critical", "Important" => "important", "Moderate" => "moderate", "Low" => "low", _ => null }, security);
    }
}
