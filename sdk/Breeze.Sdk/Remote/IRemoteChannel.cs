namespace Breeze.Sdk;

/// <summary>
/// An ordered, reliable duplex of messages to the technician's browser; the transport (WebRTC or a relay) is the host's affair, and so are its interruptions: while the
/// browser has no connection, sending waits.
/// One reader and any number of writers.
/// </summary>
public interface IRemoteChannel
{
    /// <summary>The largest message that <see cref="SendAsync"/> takes, in bytes; at least 16 KiB.</summary>
    int MaxMessageSize { get; }

    /// <summary>Sends one message. Completes when the transport has room for more, so awaiting it is the flow control; the memory may be used again then.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Reads messages until the session ends. The memory of a message is valid until the next one is read.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellationToken);
}
