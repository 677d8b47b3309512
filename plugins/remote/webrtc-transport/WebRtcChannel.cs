using System.Runtime.CompilerServices;
using Breeze.Sdk;
using Breeze.WebRtc.DataChannels;

namespace Breeze.Remote.WebRtcTransport;

/// <summary>A session's messages on a data channel. The connection ends with it.</summary>
sealed class WebRtcChannel(IRtcDataChannel channel, WebRtcLink link) : IRemoteChannel, IAsyncDisposable
{
    // What was sent last arrives while the channel closes in order.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public int MaxMessageSize => link.Peer.RemoteMaxMessageSize;

    /// <inheritdoc />
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => channel.SendAsync(message, text: false, cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken))
        {
            // A session has no texts here.
            if (!message.IsText)
                yield return message.Data;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(channel.CloseAsync(), Task.Delay(Patience));
        await link.DisposeAsync();
    }
}
