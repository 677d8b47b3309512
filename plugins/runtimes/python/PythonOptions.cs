using System.Text.Json;

namespace Breeze.Runtimes.Python;

/// <summary>The settings of the plugin.</summary>
/// <param name="Executable">The Python to use; <see langword="null"/> to look for it.</param>
sealed record PythonOptions(string? Executable)
{
    public static PythonOptions Read(JsonElement settings) =>
        new(settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("executable", out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } path ? path : null);
}
