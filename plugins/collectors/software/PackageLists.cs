using System.Globalization;

namespace Breeze.Collectors.Software;

/// <summary>Reads what package managers list.</summary>
static class PackageLists
{
    /// <summary>Name, epoch, version-release, vendor and install time in Unix seconds, with tabs between.</summary>
    public static IEnumerable<SoftwarePackage> Rpm(string? text) =>
        from line in Lines.Of(text)
        let parts = line.Split('\t')
        where parts.Length >= 5 && parts[0] is not ("" or "gpg-pubkey")
        let version = Known(parts[1]) is { } epoch and not "0" ? $"{epoch}:{parts[2]}" : parts[2]
        select new SoftwarePackage(parts[0], version, "rpm", Known(parts[3]), Time(parts[4]));

    /// <summary>A table with a heading: name, version, revision, channel, publisher, notes.</summary>
    public static IEnumerable<SoftwarePackage> Snap(string? text) =>
        from line in Lines.Of(text).Skip(1)
        let words = Lines.Words(line, 6)
        where words.Length >= 3
        select new SoftwarePackage(words[0], words[1], "snap", words.Length > 4 ? words[4].TrimEnd('*', '✓') : null);

    /// <summary>Application id, version and origin, with tabs between.</summary>
    public static IEnumerable<SoftwarePackage> Flatpak(string? text) =>
        from line in Lines.Of(text)
        let parts = line.Split('\t')
        where parts[0].Contains('.', StringComparison.Ordinal)
        select new SoftwarePackage(parts[0], parts.Length > 1 ? Lines.Full(parts[1]) : null, "flatpak", parts.Length > 2 ? Lines.Full(parts[2]) : null);

    /// <summary>rpm writes <c>(none)</c> for a tag that is not there.</summary>
    static string? Known(string text) => text is "" or "(none)" ? null : text;

    static DateTimeOffset? Time(string text) =>
        long.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
