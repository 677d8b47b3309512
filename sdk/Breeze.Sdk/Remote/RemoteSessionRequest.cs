using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>A session that a technician asked for.</summary>
/// <param name="SessionId">The row in <c>remote_sessions</c>.</param>
/// <param name="Technician">The display name, for the notice on the device. Already made safe to show.</param>
/// <param name="Options">What the kind needs (window size, shell); input, so validate it.</param>
public sealed record RemoteSessionRequest(Guid SessionId, string Technician, JsonElement Options)
{
    /// <summary>Whether the technician may only look.</summary>
    public bool ViewOnly { get; init; }

    /// <summary>Where to say what is done; <see langword="null"/> when nobody keeps it.</summary>
    public IRemoteActivityLog? ActivityLog { get; init; }

    /// <summary>Where to write what is shown; <see langword="null"/> when the session is not recorded.</summary>
    public IRemoteRecording? Recording { get; init; }
}
