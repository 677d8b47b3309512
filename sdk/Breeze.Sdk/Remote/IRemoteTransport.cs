namespace Breeze.Sdk;

/// <summary>
/// Another way for a session's messages than the relay through the server, such as WebRTC. The browser makes an offer; when nothing comes of it, the session goes over
/// the relay, so a transport that cannot connect costs a few seconds and nothing else.
/// </summary>
public interface IRemoteTransport
{
    /// <summary>Unique on a host, such as <c>webrtc</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Answers an offer and waits for the connection. Called concurrently for different sessions; everything in the request but the way to answer is the peer's input.
    /// </summary>
    /// <returns>
    /// The channel, which takes messages of 64 KiB at least, or <see langword="null"/> when none came to be. When it ends, or the browser makes another offer, the session goes on over the next. The host disposes of it when it is <see cref="IAsyncDisposable"/>; that waits, for two seconds at
    /// most, until what was sent has arrived, and frees everything.
    /// </returns>
    ValueTask<IRemoteChannel?> ConnectAsync(RemoteTransportRequest request, CancellationToken cancellationToken);
}
