using Breeze.Sdk;

namespace Breeze.Collectors.EventLog;

/// <summary>A log of the system.</summary>
interface ILogSource
{
    /// <summary>The newest entries since a place, at most so many, oldest first, and the place behind them. Without a place: the last hour or so.</summary>
    ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken);
}

/// <summary>Chooses the log of the operating system.</summary>
static class LogSources
{
    public static ILogSource ForThisSystem(IProcessRunner processes, TimeProvider time) =>
        OperatingSystem.IsWindows() ? new WindowsLog(processes, time)
        : OperatingSystem.IsMacOS() ? new MacLog(processes, time)
        : Journal.Find(processes, "/") is { } tool ? new Journal(tool, processes)
        : new LogFiles("/", time);
}
