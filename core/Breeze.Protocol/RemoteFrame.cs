using System.Text.Json;

namespace Breeze.Protocol;

/// <summary>
/// A text frame on a remote session's two WebSockets, at most 64 KiB: <c>WS /ws/remote/{session}</c> of the browser and <c>WS /ws/agents/{id}?session={session}</c> of the
/// agent. The server answers <c>join</c> and <c>ping</c>, sends <c>session</c>, <c>peer</c>, <c>away</c> and <c>end</c>, and keeps what the agent says by <c>activity</c> and <c>consent</c>; it passes everything else from one side to the other as it is.
/// A binary frame is a <see cref="RelayFrame"/>, and is passed on as well.
/// </summary>
/// <param name="Type">One of <see cref="RemoteFrameTypes"/>; a side ignores a type that it does not know.</param>
public sealed record RemoteFrame(string Type)
{
    /// <summary>For <c>join</c>: the browser's ticket.</summary>
    public string? Ticket { get; init; }

    /// <summary>For <c>join</c> after a lost connection, instead of the ticket; and for <c>session</c> to the browser, the one for next time. Good once.</summary>
    public string? Resume { get; init; }

    /// <summary>For <c>peer</c> to the agent: the number of the page that looks on, counted from 1. Another number than before means that it has nothing of what was sent.</summary>
    public int? Viewer { get; init; }

    /// <summary>For <c>session</c>.</summary>
    public RemoteSessionOffer? Session { get; init; }

    /// <summary>For <c>offer</c> and <c>answer</c>.</summary>
    public string? Sdp { get; init; }

    /// <summary>For <c>candidate</c>: as in SDP, <c>candidate:…</c>; null when there are no more.</summary>
    public string? Candidate { get; init; }

    /// <summary>For <c>candidate</c>.</summary>
    public string? Mid { get; init; }

    /// <summary>For <c>transport</c>: <c>direct</c>, <c>turn</c> or <c>relay</c>.</summary>
    public string? Transport { get; init; }

    /// <summary>For <c>activity</c>.</summary>
    public RemoteActivityNote? Activity { get; init; }

    /// <summary>For <c>consent</c>.</summary>
    public RemoteConsentWord? Consent { get; init; }

    /// <summary>For <c>end</c>: one word, as in <c>remote_sessions.end_reason</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>For <c>end</c>: what happened and what to do, for a person.</summary>
    public string? Message { get; init; }
}
