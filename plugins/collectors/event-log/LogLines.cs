using System.Globalization;
using System.Text.RegularExpressions;

namespace Breeze.Collectors.EventLog;

/// <summary>Reads lines of log files.</summary>
static partial class LogLines
{
    /// <summary>
    /// <c>Nov  3 02:18:40 host program[pid]: message</c>, or with a time in ISO 8601. The priority is not written to the file, so words decide, and what
    /// is no warning by them is left out.
    /// </summary>
    public static LogEntry? Syslog(string id, string line, DateTimeOffset now)
    {
        if (SyslogLine().Match(line) is not { Success: true } match || Time(match.Groups["time"].Value, now) is not { } at)
            return null;
        var message = match.Groups["message"].Value;
        return Level(message) is { } level ? LogEntry.Of(id, at, match.Groups["program"].Value, level, null, message) : null;
    }

    /// <summary><c>2026-11-23 02:18:44 upgrade bash:amd64 5.2-1 5.2-2</c>: what was installed, upgraded or removed; the steps between are left out.</summary>
    public static LogEntry? Dpkg(string id, string line)
    {
        if (Lines.Words(line, 6) is not [var day, var clock, var action and ("install" or "upgrade" or "remove" or "purge"), var package, var before, .. var after]
            || !DateTime.TryParseExact($"{day} {clock}", "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return null;
        }
        var versions = action == "upgrade" ? $"{before} to {(after.Length > 0 ? after[0] : "")}" : action == "install" && after.Length > 0 ? after[0] : before;
        return LogEntry.Of(id, new DateTimeOffset(local, TimeZoneInfo.Local.GetUtcOffset(local)), "dpkg", "info", action, $"{action} {package} {versions}");
    }

    static string? Level(string message) =>
        Critical().IsMatch(message) ? "critical" : Error().IsMatch(message) ? "error" : Warning().IsMatch(message) ? "warning" : null;

    static DateTimeOffset? Time(string text, DateTimeOffset now)
    {
        if (char.IsAsciiDigit(text[0]))
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var full) ? full : null;
        // There is no year: it is the last one that is not in the future.
        foreach (var year in (ReadOnlySpan<int>)[now.Year, now.Year - 1])
        {
            if (DateTime.TryParseExact($"{year} {Spaces().Replace(text, " ")}", "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
                && new DateTimeOffset(local, TimeZoneInfo.Local.GetUtcOffset(local)) is var at && at <= now.AddDays(1))
            {
                return at;
            }
        }
        return null;
    }

    [GeneratedRegex(@"^(?<time>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ (?<program>[^\s:\[]{1,128})(?:\[\d+\])?: (?<message>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex SyslogLine();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(panic|emergency|fatal|critical|out of memory|oom-kill)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Critical();

    [GeneratedRegex(@"\b(error|errors|failed|failure|segfault|cannot|denied|i/o error)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Error();

    [GeneratedRegex(@"\b(warn|warning|deprecated|timed out|timeout)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Warning();
}
