using System.Buffers;
using Org.BouncyCastle.Tls;

namespace Breeze.WebRtc.Dtls;

/// <summary>What BouncyCastle reads from and writes to: a bounded queue in, <paramref name="send"/> out.</summary>
sealed class DtlsDatagrams(DatagramHandler send) : DatagramTransport
{
    const int Limit = 1500;
    const int MaxQueued = 2048;

    readonly Queue<(byte[] Buffer, int Length)> _queue = [];
    readonly object _sync = new();
    bool _closed;

    public bool IsClosed
    {
        get
        {
            lock (_sync)
            {
                return _closed;
            }
        }
    }

    /// <summary>Takes a datagram off the network; drops it when the reader is too far behind, as a socket would.</summary>
    public void Deliver(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > Limit)
        {
            return;
        }
        lock (_sync)
        {
            if (_closed || _queue.Count >= MaxQueued)
            {
                return;
            }
            var buffer = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(buffer);
            _queue.Enqueue((buffer, datagram.Length));
            Monitor.Pulse(_sync);
        }
    }

    public int GetReceiveLimit() => Limit;

    public int GetSendLimit() => Limit;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public int Receive(Span<byte> buffer, int waitMillis)
    {
        (byte[] Buffer, int Length) next;
        lock (_sync)
        {
            if (_queue.Count == 0 && !_closed)
            {
                Monitor.Wait(_sync, Math.Max(1, waitMillis));
            }
            if (!_queue.TryDequeue(out next))
            {
                // Saying "nothing yet" after the end would keep a handshake waiting for its time-out.
                return _closed ? throw new IOException("The connection was closed.") : -1;
            }
        }
        var length = Math.Min(next.Length, buffer.Length);
        next.Buffer.AsSpan(0, length).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(next.Buffer);
        return length;
    }

    public void Send(byte[] buf, int off, int len) => send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer) => send(buffer);

    public void Close()
    {
        lock (_sync)
        {
            _closed = true;
            Monitor.PulseAll(_sync);
        }
    }
}
