using System.Text.Json;

namespace Breeze.Remote.WebRtcTransport;

/// <summary>The settings of the plugin.</summary>
/// <param name="RelayOnly">Whether addresses of the device are neither told nor used.</param>
sealed record WebRtcOptions(bool RelayOnly)
{
    /// <summary>Whether the loopback interface is a way as well; for tests on machines without a network.</summary>
    public bool Loopback { get; init; }

    public static WebRtcOptions Read(JsonElement settings) =>
        new(settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("relay_only", out var value) && value.ValueKind == JsonValueKind.True);
}
