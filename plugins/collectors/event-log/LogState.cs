using System.Text.Json;

namespace Breeze.Collectors.EventLog;

/// <summary>The plugin's own file. A damaged one costs reading the last entries again, which the server knows.</summary>
sealed class LogState(string directory)
{
    string Path => System.IO.Path.Combine(directory, "event-log.json");

    public SavedLog Load()
    {
        try
        {
            var saved = JsonSerializer.Deserialize(File.ReadAllBytes(Path), EventLogJson.Default.SavedLog);
            return saved is { Entries: not null } ? saved : new SavedLog(null, []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return new SavedLog(null, []);
        }
    }

    public void Save(SavedLog saved)
    {
        try
        {
            var fresh = Path + ".new";
            File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(saved, EventLogJson.Default.SavedLog));
            File.Move(fresh, Path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is kept in memory, and after a restart the last entries are read again.
            return;
        }
    }
}
