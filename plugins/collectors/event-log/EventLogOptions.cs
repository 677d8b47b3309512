using System.Text.Json;

namespace Breeze.Collectors.EventLog;

/// <summary>The settings of the plugin.</summary>
sealed record EventLogOptions(bool Warnings, IReadOnlyList<string> Exclude)
{
    public static EventLogOptions Default { get; } = new(Warnings: true, []);

    public static EventLogOptions Read(JsonElement settings) => settings.ValueKind != JsonValueKind.Object
        ? Default
        : new EventLogOptions(
            !settings.TryGetProperty("warnings", out var warnings) || warnings.ValueKind != JsonValueKind.False,
            settings.TryGetProperty("exclude_sources", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
                : []);

    public bool Wants(LogEntry entry) => (Warnings || entry.Level != "warning") && (entry.Source is null || !Exclude.Contains(entry.Source, StringComparer.OrdinalIgnoreCase));
}
