using System.Text.Json;

namespace Breeze.Collectors.Hardware;

/// <summary>The settings of the plugin.</summary>
sealed record HardwareOptions(bool SerialNumbers)
{
    public static HardwareOptions Read(JsonElement settings) =>
        new(settings.ValueKind != JsonValueKind.Object || !settings.TryGetProperty("serial_numbers", out var value) || value.ValueKind != JsonValueKind.False);
}
