using System.Text.Json;

namespace Breeze.Actions.Power;

/// <summary>The settings of the plugin.</summary>
/// <param name="DryRun">Whether to only say what would be run.</param>
sealed record PowerOptions(bool DryRun)
{
    public static PowerOptions Read(JsonElement settings) =>
        new(settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("dry_run", out var value) && value.ValueKind == JsonValueKind.True);
}
