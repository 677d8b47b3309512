using System.Text.RegularExpressions;

namespace Breeze.Collectors.Patches;

/// <summary>Reads what <c>apt-get -s</c> would install: <c>Inst name [current] (available origin:release [architecture])</c>.</summary>
static partial class AptSimulation
{
    public static IEnumerable<PendingUpdate> Parse(string text)
    {
        foreach (var line in Lines.Of(text))
        {
            if (Installation().Match(line) is not { Success: true } match)
                continue;
            var name = match.Groups["name"].Value;
            var origin = match.Groups["origin"].Value;
            yield return new PendingUpdate(
                name, Lines.Full(match.Groups["current"].Value), match.Groups["available"].Value, "apt",
                // Debian publishes them under a suite of its own name, Ubuntu as release-security.
                Security: origin.Contains("security", StringComparison.OrdinalIgnoreCase),
                NeedsRestart: name.StartsWith("linux-image-", StringComparison.Ordinal) || name is "libc6" or "systemd" or "dbus");
        }
    }

    [GeneratedRegex(@"^Inst (?<name>\S+) (?:\[(?<current>[^\]]*)\] )?\((?<available>\S+) (?<origin>[^)]*?)(?: \[[^\]]*\])?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Installation();
}
