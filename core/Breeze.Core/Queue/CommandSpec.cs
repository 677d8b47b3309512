using System.Text.Json;

namespace Breeze.Core.Queue;

/// <summary>A command to queue.</summary>
/// <param name="Payload">A JSON object.</param>
/// <param name="ExpiresAt">Until when a device may fetch it; null means a day from now.</param>
public sealed record CommandSpec(string Type, JsonElement Payload, int TimeoutSeconds, DateTimeOffset? ExpiresAt)
{
    /// <summary>The stored script that it runs; null when it runs none, or one that somebody wrote for the occasion.</summary>
    public ScriptOrigin? Script { get; init; }
}
