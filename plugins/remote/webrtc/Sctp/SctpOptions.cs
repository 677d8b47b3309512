namespace Breeze.WebRtc.Sctp;

/// <summary>
/// How an association behaves. The defaults are those that WebRTC needs; times are in real time of the given <see cref="TimeProvider"/>.
/// </summary>
public sealed record SctpOptions
{
    public int LocalPort { get; init; } = 5000;
    public int RemotePort { get; init; } = 5000;

    /// <summary>The largest packet, in bytes: what fits a DTLS record in one datagram on any usual path.</summary>
    public int MaxPacketSize { get; init; } = 1191;

    /// <summary>The largest message that we take, in bytes; what our SDP says as <c>max-message-size</c>.</summary>
    public int MaxMessageSize { get; init; } = 262_144;

    /// <summary>The largest message that the peer takes, from its SDP; 0 means any size.</summary>
    public int RemoteMaxMessageSize { get; init; } = 262_144;

    /// <summary>
    /// Bytes that may wait for the readers of all channels together; at least twice <see cref="MaxMessageSize"/> is taken.
    /// </summary>
    public int ReceiveWindow { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes that may wait in one channel before <c>SendAsync</c> makes its caller wait.</summary>
    public int SendBuffer { get; init; } = 256 * 1024;

    /// <summary>Channels that may be open at once, and that may wait to be accepted; the peer's further ones are refused.</summary>
    public int MaxChannels { get; init; } = 1024;

    /// <summary>Whether fragments of messages of different channels may alternate (RFC 8260), if the peer can do it as well.</summary>
    public bool Interleaving { get; init; } = true;

    /// <summary>The retransmission timeout before the round trip was measured.</summary>
    public TimeSpan InitialTimeout { get; init; } = TimeSpan.FromMilliseconds(500);
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Timeouts in a row after which the peer counts as gone.</summary>
    public int MaxRetransmissions { get; init; } = 10;

    /// <summary>The same while the association is set up, where the peer may still be busy with other things.</summary>
    public int MaxHandshakeRetransmissions { get; init; } = 14;

    /// <summary>Silence after which the peer is asked whether it is still there.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a cookie that we gave out is taken back.</summary>
    public TimeSpan CookieLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long <c>DisposeAsync</c> gives the peer to receive what was sent, before it aborts.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first sequence number, for tests of the wrap-around; random otherwise.</summary>
    internal uint? InitialTsn { get; init; }
}
