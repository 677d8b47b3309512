using System.Text.Json;

namespace Breeze.Collectors.Processes;

/// <summary>The settings of the plugin.</summary>
sealed record ProcessesOptions(int Top)
{
    public static ProcessesOptions Read(JsonElement settings) => new(
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("top", out var top) && top.ValueKind == JsonValueKind.Number && top.TryGetInt32(out var count)
            ? Math.Clamp(count, 0, 20)
            : 5);
}
