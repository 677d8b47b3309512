using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.EventLog;

/// <summary>Asks the unified log for errors and faults. Written from its manual; only the parser has run.</summary>
sealed class MacLog(IProcessRunner processes, TimeProvider time) : ILogSource
{
    const string Format = "yyyy-MM-dd HH:mm:ss";

    public async ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken)
    {
        var since = cursor ?? time.GetUtcNow().AddMinutes(-10).UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
        string[] arguments = ["show", "--style", "ndjson", "--start", since, "--predicate", "messageType == fault OR (messageType == error AND subsystem BEGINSWITH 'com.apple.')"];
        var answer = await Tool.RunAsync(processes, "/usr/bin/log", arguments, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false);
        return answer.Good is { } text ? Parse(text, since, most) : ([], since);
    }

    public static (IReadOnlyList<LogEntry> Entries, string? Cursor) Parse(string text, string cursor, int most)
    {
        var entries = new List<LogEntry>();
        foreach (var line in Lines.Of(text))
        {
            if (!line.StartsWith('{'))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (Read(document.RootElement, line) is { } entry)
                    entries.Add(entry);
            }
            catch (JsonException)
            {
                // The output was cut in the middle of a line.
                continue;
            }
        }
        var newest = entries.TakeLast(most).ToList();
        return (newest, newest.Count > 0 ? newest[^1].At.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture) : cursor);
    }

    static LogEntry? Read(JsonElement entry, string line) =>
        entry.Text("eventMessage") is { } message
            && DateTimeOffset.TryParse(entry.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? LogEntry.Of(
                    Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)).AsSpan(0, 16)), at,
                    entry.Text("processImagePath")?.Split('/')[^1] ?? entry.Text("subsystem"),
                    entry.Text("messageType") switch { "Fault" => "critical", "Error" => "error", _ => "info" }, entry.Text("category"), message)
                : null;
}
