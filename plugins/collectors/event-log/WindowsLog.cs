using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.EventLog;

/// <summary>Asks for errors and warnings of the logs System and Application. Written from the documentation; only the parser has run.</summary>
sealed class WindowsLog(IProcessRunner processes, TimeProvider time) : ILogSource
{
    const string Query = """
        $since = [DateTime]::Parse($env:BREEZE_SINCE, [Globalization.CultureInfo]::InvariantCulture, 'RoundtripKind')
        @{ entries = @(Get-WinEvent -FilterHashtable @{ LogName = 'System', 'Application'; Level = 1, 2, 3; StartTime = $since } -MaxEvents 200 |
          Select-Object RecordId, LogName, ProviderName, Id, Level, Message, @{n='At';e={ $_.TimeCreated.ToUniversalTime().ToString('o') }}) } | ConvertTo-Json -Depth 3 -Compress
        """;

    public async ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken)
    {
        var since = cursor ?? time.GetUtcNow().AddHours(-1).UtcDateTime.ToString("o", CultureInfo.InvariantCulture);
        var answer = await PowerShell.AskAsync(
            processes, Query, TimeSpan.FromMinutes(1), cancellationToken, new Dictionary<string, string> { ["BREEZE_SINCE"] = since }).ConfigureAwait(false);
        return answer is { } found ? Parse(found, since) : ([], since);
    }

    public static (IReadOnlyList<LogEntry> Entries, string? Cursor) Parse(JsonElement answer, string cursor)
    {
        var entries = new List<LogEntry>();
        foreach (var entry in answer.Items("entries"))
        {
            if (entry.Text("At") is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                && entry.Text("LogName") is { } log && entry.Number("RecordId") is { } record)
            {
                entries.Add(LogEntry.Of(
                    $"{log}/{record}/{at.UtcTicks}", at, entry.Text("ProviderName"), entry.Number("Level") switch { 1 => "critical", 2 => "error", 3 => "warning", _ => "info" },
                    entry.Text("Id"), entry.Text("Message") ?? $"Event {entry.Text("Id")}"));
            }
        }
        entries.Sort((left, right) => left.At.CompareTo(right.At));
        // The newest one comes again with the next question, and is known by its id.
        return (entries, entries.Count > 0 ? entries[^1].At.UtcDateTime.ToString("o", CultureInfo.InvariantCulture) : cursor);
    }
}
