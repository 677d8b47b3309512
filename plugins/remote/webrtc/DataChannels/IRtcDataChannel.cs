namespace Breeze.WebRtc.DataChannels;

/// <summary>How far a channel is; the states of W3C WebRTC.</summary>
public enum RtcDataChannelState { Connecting, Open, Closing, Closed }

/// <summary>A channel of messages to the peer. Any thread may send; one at a time reads.</summary>
public interface IRtcDataChannel : IAsyncDisposable
{
    string Label { get; }
    RtcDataChannelOptions Options { get; }

    /// <summary>The stream; null until it is known.</summary>
    int? Id { get; }
    RtcDataChannelState State { get; }

    /// <summary>Bytes given to <see cref="SendAsync"/> that no packet has carried yet.</summary>
    long BufferedAmount { get; }

    /// <summary>Completes when the channel is open; fails with an <see cref="IOException"/> when the connection ended before.</summary>
    Task Opened { get; }

    /// <summary>Completes when the channel is closed, whoever caused it; never fails.</summary>
    Task Closed { get; }

    /// <summary>
    /// Sends one message, which is copied. Completes when the channel has room for more (the buffered amount fell below its limit), so
    /// awaiting it is the flow control; cancelling ends the wait and does not take the message back. Throws an <see cref="IOException"/> when
    /// the channel is closed or closes meanwhile, an <see cref="ArgumentException"/> when the message exceeds what the peer takes.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, bool text, CancellationToken cancellationToken);

    /// <summary>
    /// Reads until the channel closes. What is not read counts against the receive window, which all channels share, so a slow reader slows
    /// the peer instead of filling memory; who stops reading disposes of the channel.
    /// </summary>
    IAsyncEnumerable<RtcMessage> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Closes in both directions (RFC 8831, 6.7); completes when the peer has agreed or the connection is gone.</summary>
    Task CloseAsync();
}
