using System.Text.Json;

namespace Breeze.Core.Remote;

/// <summary>A session that somebody asks for.</summary>
/// <param name="Kind">One of <see cref="RemoteKinds"/>.</param>
/// <param name="Options">A JSON object of at most 8 KiB, for the device's plugin.</param>
public sealed record RemoteAsk(Guid DeviceId, string? Kind, bool ViewOnly, JsonElement? Options);
