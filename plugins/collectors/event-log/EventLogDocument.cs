namespace Breeze.Collectors.EventLog;

/// <summary>The inventory document: the newest entries, oldest first.</summary>
sealed record EventLogDocument(IReadOnlyList<LogEntry> Entries);

/// <summary>Level is <c>critical</c>, <c>error</c>, <c>warning</c> or <c>info</c>. The id stays the same however often an entry is read.</summary>
sealed record LogEntry(string Id, DateTimeOffset At, string? Source, string Level, string? EventCode, string Message)
{
    const int LongestMessage = 1000;

    public static LogEntry Of(string id, DateTimeOffset at, string? source, string level, string? code, string message) =>
        new(id, at.ToUniversalTime(), Lines.Full(source) is { } name ? Lines.Cut(name, 128) : null, level, code, Lines.Cut(message.Trim(), LongestMessage));
}

/// <summary>What survives a restart: how far the log has been read, and the entries that the document holds.</summary>
sealed record SavedLog(string? Cursor, IReadOnlyList<LogEntry> Entries);
