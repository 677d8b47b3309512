namespace Breeze.Protocol;

/// <summary>The values of <see cref="RemoteFrame.Type"/>.</summary>
public static class RemoteFrameTypes
{
    /// <summary>From the browser, its first frame: the ticket, or after a lost connection what it was given for that. The agent joins by its token and sends none.</summary>
    public const string Join = "join";

    /// <summary>From the server, its first frame to either side: what the session is.</summary>
    public const string Session = "session";

    /// <summary>From the server: the other side is here now, or here again. What went through the server is agreed on anew; a connection past it that stands goes on.</summary>
    public const string Peer = "peer";

    /// <summary>From the server: the other side has lost its connection, and may come back.</summary>
    public const string Away = "away";

    /// <summary>From the browser, which cannot see otherwise whether its socket lives.</summary>
    public const string Ping = "ping";

    /// <summary>From the server, to <see cref="Ping"/>.</summary>
    public const string Pong = "pong";

    /// <summary>From the browser: a WebRTC offer with one data channel, labelled <c>breeze</c>, ordered and reliable.</summary>
    public const string Offer = "offer";

    /// <summary>From the agent: the answer; without an SDP when it has no WebRTC, and the relay it is.</summary>
    public const string Answer = "answer";

    /// <summary>From either: a candidate of ICE.</summary>
    public const string Candidate = "candidate";

    /// <summary>From the browser: the connection stands, by this transport; the server notes it. With <c>relay</c>: both use binary frames from here on.</summary>
    public const string Transport = "transport";

    /// <summary>From the browser, at most twice a minute: the person does something, also where the server does not see it. A session that nobody uses ends.</summary>
    public const string Active = "active";

    /// <summary>From the agent: something was done, for the audit log. The server keeps it and does not pass it on.</summary>
    public const string Activity = "activity";

    /// <summary>From the agent: whether the session may begin. The server keeps the answer and passes it on, cleaned; from a browser it is nothing.</summary>
    public const string Consent = "consent";

    /// <summary>From either or the server: it is over. The receiver closes its socket. A socket that closes without it is to be replaced by the next.</summary>
    public const string End = "end";
}
