using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.Collectors.EventLog;

/// <summary>Systems without a journal: the end of the first system log that is there, and of dpkg's.</summary>
sealed class LogFiles(string root, TimeProvider time) : ILogSource
{
    const int MostBytes = 512 * 1024;
    static readonly string[] SystemLogs = ["var/log/syslog", "var/log/messages"];
    static readonly string[] PackageLogs = ["var/log/dpkg.log"];

    public ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken)
    {
        var places = Places(cursor);
        var entries = new List<LogEntry>();
        foreach (var path in SystemLogs.Where(path => File.Exists(Path.Combine(root, path))).Take(1).Concat(PackageLogs))
        {
            var (lines, end) = Tail(Path.Combine(root, path), places.GetValueOrDefault(path));
            places[path] = end;
            entries.AddRange(lines.Select(line => path.EndsWith("dpkg.log", StringComparison.Ordinal) ? LogLines.Dpkg(Id(path, line), line) : LogLines.Syslog(Id(path, line), line, time.GetUtcNow()))
                .OfType<LogEntry>().TakeLast(most));
        }
        var next = string.Join(';', places.Where(place => place.Value > 0).Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Key}={place.Value}")));
        return ValueTask.FromResult<(IReadOnlyList<LogEntry>, string?)>(([.. entries.OrderBy(entry => entry.At).TakeLast(most)], next));
    }

    static Dictionary<string, long> Places(string? cursor)
    {
        var places = new Dictionary<string, long>();
        foreach (var part in (cursor ?? "").Split(';'))
        {
            if (part.Split('=') is [var path, var text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
                places[path] = place;
        }
        return places;
    }

    /// <summary>Whole lines since a place. A file that is shorter than that has been rotated and is read from its start.</summary>
    static (List<string> Lines, long End) Tail(string path, long place)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(file.Length < place ? 0 : place, file.Length - MostBytes);
            var buffer = new byte[(int)(file.Length - start)];
            file.Position = start;
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var end = buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            var lines = Lines.Of(Encoding.UTF8.GetString(buffer, 0, end)).ToList();
            // In the middle of a file the first line may be half of one.
            if (start > place && start > 0 && lines.Count > 0)
                lines.RemoveAt(0);
            return (lines, start + end);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ([], place);
        }
    }

    /// <summary>A line has a time in it, so the same one twice is the same entry.</summary>
    static string Id(string path, string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{line}")).AsSpan(0, 16));
}
