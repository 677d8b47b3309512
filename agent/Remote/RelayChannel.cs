using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>
/// A session's messages as frames, through the server and over any other transport. Neither side has more than the window under way that the other has not taken in, which is what bounds the
/// memory of both and of the server between them.
/// </summary>
/// <param name="send">Sends one frame; the memory is used again after it.</param>
/// <param name="largestFrame">What the transport takes at most.</param>
sealed class RelayChannel(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, int largestFrame = RelayFrame.MaximumMessage + 1) : IRemoteChannel, IDisposable
{
    const int ConfirmEvery = RelayFrame.Window / 4;

    /// <summary>The window counts bytes; this bounds what many tiny messages cost beside them.</summary>
    const int MaximumWaiting = 1 << 16;

    readonly Channel<byte[]> _incoming = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim _sending = new(1);
    readonly SemaphoreSlim _credited = new(0);
    readonly Lock _gate = new();
    int _credit = RelayFrame.Window;
    int _unconfirmed;
    int _read;

    public int MaxMessageSize { get; } = Math.Min(RelayFrame.MaximumMessage, largestFrame - 1);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxMessageSize, nameof(message));
        await _sending.WaitAsync(cancellationToken);
        var frame = ArrayPool<byte>.Shared.Rent(message.Length + 1);
        try
        {
            while (!TryTake(message.Length))
            {
                await _credited.WaitAsync(cancellationToken);
            }

            frame[0] = RelayFrame.Message;
            message.CopyTo(frame.AsMemory(1));
            await send(frame.AsMemory(0, message.Length + 1), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
            _sending.Release();
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in _incoming.Reader.ReadAllAsync(cancellationToken))
        {
            yield return message;
            _read += message.Length;
            if (_read >= ConfirmEvery)
            {
                await ConfirmAsync(cancellationToken);
            }
        }
    }

    /// <summary>Takes a frame of the peer's in; false when it sent what it must not, and the session has to end.</summary>
    public bool Take(ReadOnlySpan<byte> frame)
    {
        switch (frame)
        {
            case [RelayFrame.Message, .. var message]:
                lock (_gate)
                {
                    if (message.Length > RelayFrame.Window - _unconfirmed)
                    {
                        return false;
                    }

                    _unconfirmed += message.Length;
                }

                return _incoming.Writer.TryWrite(message.ToArray());
            case [RelayFrame.Credit, _, _, _, _]:
                var bytes = BinaryPrimitives.ReadInt32BigEndian(frame[1..]);
                lock (_gate)
                {
                    if (bytes <= 0 || bytes > RelayFrame.Window - _credit)
                    {
                        return false;
                    }

                    _credit += bytes;
                }

                if (_credited.CurrentCount == 0)
                {
                    _credited.Release();
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>The peer is gone: what it sent is still read.</summary>
    public void Complete() => _incoming.Writer.TryComplete();

    public void Dispose()
    {
        _sending.Dispose();
        _credited.Dispose();
    }

    bool TryTake(int bytes)
    {
        lock (_gate)
        {
            if (_credit < bytes)
            {
                return false;
            }

            _credit -= bytes;
            return true;
        }
    }

    ValueTask ConfirmAsync(CancellationToken cancellationToken)
    {
        var bytes = _read;
        _read = 0;
        lock (_gate)
        {
            // Before it is sent: the peer may use it at once.
            _unconfirmed -= bytes;
        }

        return send(RelayFrame.CreditOf(bytes), cancellationToken);
    }
}
