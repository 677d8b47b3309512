namespace Breeze.Sdk;

/// <summary>A STUN or TURN server that a session may use; as <c>RTCIceServer</c> of W3C WebRTC.</summary>
public sealed record RemoteTransportServer(IReadOnlyList<string> Urls)
{
    /// <summary>For TURN; good for this session alone.</summary>
    public string? Username { get; init; }

    /// <summary>For TURN; a secret.</summary>
    public string? Credential { get; init; }
}
