using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.EventLog;

/// <summary>Asks journalctl for entries of priority warning and above, from the cursor of the last one on.</summary>
sealed class Journal(string tool, IProcessRunner processes) : ILogSource
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The tool, where there is a journal to read.</summary>
    public static string? Find(IProcessRunner processes, string root)
    {
        foreach (var folder in (ReadOnlySpan<string>)["var/log/journal", "run/log/journal"])
        {
            try
            {
                if (Directory.EnumerateDirectories(Path.Combine(root, folder)).Any())
                    return processes.Find("journalctl");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
        return null;
    }

    public async ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken)
    {
        string[] place = cursor is null ? [] : [$"--after-cursor={cursor}"];
        string[] arguments = ["--output=json", "--no-pager", "--quiet", "--priority=warning", $"--lines={most}", .. place];
        var answer = await Tool.RunAsync(processes, tool, arguments, Limit, cancellationToken).ConfigureAwait(false);
        // A cursor of a journal that was thrown away is refused; then it begins anew.
        return answer.ExitCode != 0 ? ([], null) : Parse(answer.Text, cursor);
    }

    public static (IReadOnlyList<LogEntry> Entries, string? Cursor) Parse(string text, string? cursor)
    {
        var entries = new List<LogEntry>();
        foreach (var line in Lines.Of(text))
        {
            if (Json(line) is not { } entry || entry.Text("__CURSOR") is not { } id)
                continue;
            cursor = id;
            if (entry.Number("__REALTIME_TIMESTAMP") is > 0 and < 253_402_300_800_000_000 and var microseconds && Message(entry) is { } message)
            {
                entries.Add(LogEntry.Of(
                    id, DateTimeOffset.FromUnixTimeMilliseconds(microseconds / 1000), entry.Text("SYSLOG_IDENTIFIER") ?? entry.Text("_COMM"),
                    entry.Number("PRIORITY") switch { <= 2 => "critical", 3 => "error", 4 => "warning", _ => "info" }, null, message));
            }
        }
        return (entries, cursor);
    }

    /// <summary>Text that is not UTF-8 comes as an array of its bytes.</summary>
    static string? Message(JsonElement entry) =>
        entry.Text("MESSAGE") ?? (entry.TryGetProperty("MESSAGE", out var message) && message.ValueKind == JsonValueKind.Array
            ? System.Text.Encoding.UTF8.GetString([.. message.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Number).Select(part => part.TryGetByte(out var value) ? value : (byte)'?')])
            : null);

    static JsonElement? Json(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
