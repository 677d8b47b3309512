using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>
/// A session's messages as numbered frames, over one path after the other. What the peer has not taken in is kept, at most a window of it, and sent again over the next path: nothing is
/// lost and nothing comes twice. Any number of senders, one reader, one path at a time.
/// </summary>
sealed class SessionChannel : IRemoteChannel, IDisposable
{
    const int ConfirmEvery = RelayFrame.Window / 4;

    /// <summary>The window counts bytes; this bounds what many tiny messages cost beside them.</summary>
    const int MaximumWaiting = 1 << 16;

    readonly Channel<(int Viewer, byte[] Message)> _incoming = Channel.CreateBounded<(int, byte[])>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });
    readonly SemaphoreSlim _sending = new(1);
    readonly Lock _gate = new();

    /// <summary>Frames of messages that the peer has not confirmed; the first has the number <see cref="_confirmed"/>.</summary>
    readonly LinkedList<byte[]> _kept = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ChannelPath? _path;
    uint _confirmed;
    int _keptBytes;
    uint _arrived;
    uint _taken;
    int _takenBytes;
    int _unconfirmedBytes;
    int _viewer;

    public int MaxMessageSize => RelayFrame.MaximumMessage;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxMessageSize, nameof(message));
        await _sending.WaitAsync(cancellationToken);
        try
        {
            while (!TryKeep(message.Span, out var changed))
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (viewer, message) in _incoming.Reader.ReadAllAsync(cancellationToken))
        {
            yield return message;
            lock (_gate)
            {
                if (viewer != _viewer)
                {
                    continue;
                }

                _taken++;
                _takenBytes += message.Length;
                if (_takenBytes >= ConfirmEvery && _path is { } path)
                {
                    path.OwesConfirmation = true;
                    path.Wake();
                }
            }
        }
    }

    /// <summary>
    /// Sends over a path, and over no other from now on, until the path fails, another takes its place or the token is cancelled. What a path throws, this throws.
    /// </summary>
    public async Task RunAsync(ChannelPath path, CancellationToken cancellationToken)
    {
        uint arrived;
        lock (_gate)
        {
            _path?.Wake();
            _path = path;
            arrived = _arrived;
            // A confirmation that the path before took with it.
            path.OwesConfirmation = true;
        }

        try
        {
            await path.SendAsync(RelayFrame.Of(RelayFrame.Arrived, arrived), cancellationToken);
            while (TryNext(path, out var frame))
            {
                await (frame is null ? path.WaitAsync(cancellationToken) : path.SendAsync(frame, cancellationToken));
            }
        }
        finally
        {
            Leave(path);
        }
    }

    /// <summary>From now on nothing is sent over it.</summary>
    public void Leave(ChannelPath path)
    {
        lock (_gate)
        {
            if (_path == path)
            {
                _path = null;
                path.Wake();
            }
        }
    }

    /// <summary>Somebody else looks on, who has nothing of it all: both directions begin anew, and what waited for the one before is dropped.</summary>
    public void Restart(int viewer)
    {
        lock (_gate)
        {
            _path?.Wake();
            _path = null;
            _kept.Clear();
            (_viewer, _confirmed, _arrived, _taken) = (viewer, 0, 0, 0);
            (_keptBytes, _takenBytes, _unconfirmedBytes) = (0, 0, 0);
            Changed();
        }
    }

    /// <summary>Takes a frame of the peer's in; false when it sent what it must not, and the session has to end.</summary>
    public bool Take(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < RelayFrame.Head || (frame[0] != RelayFrame.Message && frame.Length > RelayFrame.Head))
        {
            return false;
        }

        var number = RelayFrame.NumberOf(frame);
        lock (_gate)
        {
            switch (frame[0])
            {
                case RelayFrame.Message when number != _arrived:
                    // It came by the path before, or something before it has not come by this one.
                    return true;
                case RelayFrame.Message:
                    var length = frame.Length - RelayFrame.Head;
                    if (length > RelayFrame.Window - _unconfirmedBytes || !_incoming.Writer.TryWrite((_viewer, frame[RelayFrame.Head..].ToArray())))
                    {
                        return false;
                    }

                    _arrived++;
                    _unconfirmedBytes += length;
                    return true;
                case RelayFrame.Taken when AheadOf(number) is var count && count <= _kept.Count:
                    Confirm(count);
                    return true;
                case RelayFrame.Arrived when AheadOf(number) is var count && count <= _kept.Count:
                    if (_path is { } path)
                    {
                        path.BeginAt(NodeAt(count));
                    }

                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>The peer will not come back: what it sent is still read.</summary>
    public void Complete() => _incoming.Writer.TryComplete();

    /// <summary>Waits until the path has taken everything that was sent.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_kept.Count == 0 || _path is { HasSentAll: true })
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _sending.Dispose();

    bool TryKeep(ReadOnlySpan<byte> message, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            if (message.Length > RelayFrame.Window - _keptBytes || _kept.Count >= MaximumWaiting)
            {
                return false;
            }

            var node = _kept.AddLast(RelayFrame.Of(RelayFrame.Message, _confirmed + (uint)_kept.Count, message));
            _keptBytes += message.Length;
            _path?.Offer(node);
            return true;
        }
    }

    /// <summary>What the path sends next, null when there is nothing yet; false when it is this channel's path no longer.</summary>
    bool TryNext(ChannelPath path, out byte[]? frame)
    {
        lock (_gate)
        {
            frame = null;
            if (_path != path)
            {
                return false;
            }

            if (path.OwesConfirmation)
            {
                path.OwesConfirmation = false;
                // Before it is sent: the peer may use it at once.
                _unconfirmedBytes -= _takenBytes;
                _takenBytes = 0;
                frame = RelayFrame.Of(RelayFrame.Taken, _taken);
                return true;
            }

            frame = path.Next();
            if (path.HasSentAll)
            {
                Changed();
            }

            return true;
        }
    }

    /// <summary>How many messages before this number are not confirmed; negative for an old number.</summary>
    int AheadOf(uint number) => unchecked((int)(number - _confirmed));

    LinkedListNode<byte[]>? NodeAt(int place)
    {
        var node = _kept.First;
        for (; place > 0; place--)
        {
            node = node?.Next;
        }

        return node;
    }

    void Confirm(int count)
    {
        for (; count > 0; count--)
        {
            var first = _kept.First!;
            _path?.Pass(first);
            _keptBytes -= first.Value.Length - RelayFrame.Head;
            _kept.RemoveFirst();
            _confirmed++;
        }

        Changed();
    }

    void Changed()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
