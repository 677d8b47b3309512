using System.Text.Json;

namespace Breeze.Runtimes.Bash;

/// <summary>The settings of the plugin.</summary>
/// <param name="Executable">The bash to use; <see langword="null"/> to look for it.</param>
sealed record BashOptions(string? Executable)
{
    public static BashOptions Read(JsonElement settings) =>
        new(settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("executable", out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } path ? path : null);
}
