using System.Text.Json;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Reads parameters: what is of another type than expected counts as missing.</summary>
static class Given
{
    public static string? Text(this JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static Guid? Id(this JsonElement parameters, string name) => Guid.TryParse(parameters.Text(name), out var id) ? id : null;

    public static BulkItemResult Done(Guid deviceId) => new(deviceId, "done");
}
