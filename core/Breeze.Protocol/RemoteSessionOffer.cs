using System.Text.Json;

namespace Breeze.Protocol;

/// <summary>A session, as the server tells both sides when they join.</summary>
/// <param name="Id">The row in <c>remote_sessions</c>.</param>
/// <param name="Kind"><c>terminal</c>, <c>files</c> or <c>desktop</c>.</param>
/// <param name="Technician">Who asked, by name; already made safe to show.</param>
public sealed record RemoteSessionOffer(Guid Id, string Kind, string Technician)
{
    public bool ViewOnly { get; init; }

    /// <summary>Whom the technician works for; already made safe to show.</summary>
    public string Company { get; init; } = "";

    /// <summary>The device's name; already made safe to show.</summary>
    public string Device { get; init; } = "";

    /// <summary>Decided when the session was asked for. A server that knows nothing of it sends none, and the agent tells the person at the device.</summary>
    public RemoteConsentTerms? Consent { get; init; }

    /// <summary>Whether the agent is to send what is shown to <c>POST /api/v1/agents/{id}/recordings/{session}/parts/{number}</c>.</summary>
    public bool Recorded { get; init; }

    /// <summary>What the kind needs; somebody's input.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>STUN and TURN servers, with credentials for this session alone.</summary>
    public IReadOnlyList<RemoteIceServer> IceServers { get; init; } = [];
}

/// <summary>As <c>RTCIceServer</c> of W3C WebRTC.</summary>
public sealed record RemoteIceServer(IReadOnlyList<string> Urls)
{
    public string? Username { get; init; }
    public string? Credential { get; init; }
}
