namespace Breeze.Collectors.Software;

/// <summary>The inventory document.</summary>
/// <param name="Truncated">Whether there was more than the document holds.</param>
sealed record SoftwareDocument(IReadOnlyList<SoftwarePackage> Packages, bool? Truncated)
{
    const int Most = 5000;

    /// <summary>In a stable order, each thing once.</summary>
    public static SoftwareDocument Of(IEnumerable<SoftwarePackage> found, SoftwareOptions options)
    {
        var packages = found
            .Where(package => package.Name.Length > 0 && !options.Excludes(package.Name))
            .Select(package => package with { Name = Lines.Cut(package.Name, 300), Version = package.Version is null ? null : Lines.Cut(package.Version, 200) })
            .DistinctBy(package => (package.Name, package.Version, package.Source))
            .OrderBy(package => package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Source, StringComparer.Ordinal)
            .ThenBy(package => package.Version, StringComparer.Ordinal)
            .ToList();
        return new SoftwareDocument([.. packages.Take(Most)], packages.Count > Most ? true : null);
    }
}

/// <summary>Source is <c>dpkg</c>, <c>rpm</c>, <c>snap</c>, <c>flatpak</c>, <c>registry</c>, <c>registry-user</c> or <c>applications</c>.</summary>
sealed record SoftwarePackage(string Name, string? Version, string Source, string? Publisher = null, DateTimeOffset? InstalledAt = null);
