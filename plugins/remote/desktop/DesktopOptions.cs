using System.Text.Json;

namespace Breeze.Remote.Desktop;

/// <summary>What the technician asked for. It is input.</summary>
/// <param name="Monitor">Which is shown first, from 0.</param>
sealed record DesktopOptions(int Monitor)
{
    /// <summary>Null when it cannot be meant so; the words then say why.</summary>
    public static DesktopOptions? Read(JsonElement options, out string? error)
    {
        error = null;
        if (options.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new(0);
        if (options.ValueKind == JsonValueKind.Object)
        {
            if (!options.TryGetProperty("monitor", out var monitor) || monitor.ValueKind == JsonValueKind.Null)
                return new(0);
            if (monitor.ValueKind == JsonValueKind.Number && monitor.TryGetInt32(out var number) && number is >= 0 and < 64)
                return new(number);
        }
        error = "The options of a desktop must be an object with monitor, a whole number from 0.";
        return null;
    }
}
