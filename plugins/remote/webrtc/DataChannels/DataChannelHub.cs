using System.Runtime.CompilerServices;
using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.DataChannels;

/// <summary>The channels of a connection, also before it has the association that carries them.</summary>
sealed class DataChannelHub : IAsyncDisposable
{
    readonly Lock _sync = new();
    readonly List<DeferredDataChannel> _waiting = [];
    readonly TaskCompletionSource<IRtcAssociation?> _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IRtcAssociation? _association;
    bool _disposed;

    public IRtcAssociation? Association => _association;

    public IRtcDataChannel Open(string label, RtcDataChannelOptions options)
    {
        lock (_sync)
        {
            if (_association is not null && !_disposed)
            {
                return _association.Open(label, options);
            }
            var channel = new DeferredDataChannel(label, options);
            if (_disposed)
            {
                channel.Abort();
            }
            else
            {
                _waiting.Add(channel);
            }
            return channel;
        }
    }

    /// <summary>From now on this carries them; it is disposed with the hub.</summary>
    public async Task AttachAsync(IRtcAssociation association)
    {
        lock (_sync)
        {
            _association = _disposed ? null : association;
            foreach (var channel in _waiting)
            {
                channel.Attach(() => association.Open(channel.Label, channel.Options));
            }
            _waiting.Clear();
        }
        if (_association is null)
        {
            // Closed while the handshake ran.
            await association.DisposeAsync();
        }
        _attached.TrySetResult(association);
    }

    public async IAsyncEnumerable<IRtcDataChannel> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _attached.Task.WaitAsync(cancellationToken) is { } association)
        {
            await foreach (var channel in association.AcceptAllAsync(cancellationToken))
            {
                yield return channel;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_sync)
        {
            _disposed = true;
            foreach (var channel in _waiting)
            {
                channel.Abort();
            }
            _waiting.Clear();
        }
        _attached.TrySetResult(null);
        if (_association is { } association)
        {
            await association.DisposeAsync();
        }
    }
}
