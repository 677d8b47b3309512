using System.Text;
using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Sctp.Receiving;

namespace Breeze.WebRtc.Sctp;

/// <summary>
/// An association over a pipe. It lends threads and a clock to <see cref="AssociationCore"/>: datagrams, timers and the callers of channels
/// enter it one at a time; what it wants to send is handed to the pipe outside of the lock, in order, by whichever thread comes first.
/// </summary>
public sealed class SctpAssociation : IRtcAssociation, IAssociationEvents
{
    readonly IDatagramPipe pipe;
    readonly TimeProvider time;
    readonly long startedAt;
    readonly ITimer timer;
    readonly TaskCompletionSource established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly (byte[] Buffer, int Length)[] batch = new (byte[], int)[16];
    TimeSpan armedFor = TimeSpan.MaxValue;
    int batchCount;
    bool isFlushing;

    SctpAssociation(IDatagramPipe pipe, bool dtlsClient, SctpOptions options, TimeProvider time)
    {
        this.pipe = pipe;
        this.time = time;
        Options = options;
        startedAt = time.GetTimestamp();
        Core = new AssociationCore(options, this, pipe.MaxDatagramSize);
        Channels = new ChannelTable(this, dtlsClient);
        timer = time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Nobody has to look at an association that failed.
        _ = established.Task.ContinueWith(
            task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public Task Established => established.Task;
    public Task Closed => closed.Task;

    public TimeSpan? RoundTripTime
    {
        get
        {
            lock (Gate)
            {
                return Core.RoundTripTime;
            }
        }
    }

    internal Lock Gate { get; } = new();
    internal AssociationCore Core { get; }
    internal ChannelTable Channels { get; }
    internal SctpOptions Options { get; }
    internal TimeSpan Now => time.GetElapsedTime(startedAt);

    /// <summary>
    /// Begins an association: starts the pipe and sends the first packet. Both sides do so without waiting for each other. The pipe stays
    /// its maker's, who disposes of it after the association.
    /// </summary>
    /// <param name="pipe">Not started yet.</param>
    /// <param name="dtlsClient">Whether we are the client of the DTLS below, which decides whose channels have even ids.</param>
    /// <param name="options">What was agreed by SDP, and limits.</param>
    /// <param name="time">The clock and the timers.</param>
    public static SctpAssociation Create(IDatagramPipe pipe, bool dtlsClient, SctpOptions options, TimeProvider time)
    {
        var association = new SctpAssociation(pipe, dtlsClient, options, time);
        pipe.Start(association.OnDatagram, association.OnPipeClosed);
        var now = association.Now;
        lock (association.Gate)
        {
            association.Core.Start(now);
            association.Rearm(now);
        }
        association.Flush();
        return association;
    }

    public IAsyncEnumerable<IRtcDataChannel> AcceptAllAsync(CancellationToken cancellationToken) => Channels.Accepted.ReadAllAsync(cancellationToken);

    public IRtcDataChannel Open(string label, RtcDataChannelOptions options)
    {
        Check(label, options);
        DataChannel channel;
        var now = Now;
        lock (Gate)
        {
            channel = Channels.Open(label, options, now);
            Core.Transmit(now);
            Rearm(now);
        }
        Flush();
        return channel;
    }

    /// <summary>
    /// Ends in order: the peer gets what was sent, if it takes it within <see cref="SctpOptions.ShutdownTimeout"/>. May be repeated.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var now = Now;
        lock (Gate)
        {
            Core.Shutdown(now);
            Core.Transmit(now);
            Rearm(now);
        }
        Flush();
        await closed.Task;
        await timer.DisposeAsync();
    }

    /// <summary>
    /// Sets the timer for what is due first; the caller holds the lock. A timer that rings too early does no harm, so it is only ever set
    /// earlier.
    /// </summary>
    internal void Rearm(TimeSpan now)
    {
        var due = Core.Due;
        if (due >= armedFor)
        {
            return;
        }
        armedFor = due;
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hands what is ready to the pipe, unless another thread is at it, which then takes these packets along.</summary>
    internal void Flush()
    {
        lock (Gate)
        {
            if (isFlushing || Core.Outbox.Count == 0)
            {
                return;
            }
            isFlushing = true;
        }
        while (TakeBatch())
        {
            for (var i = 0; i < batchCount; i++)
            {
                pipe.Send(batch[i].Buffer.AsSpan(0, batch[i].Length));
            }
        }
    }

    void IAssociationEvents.OnEstablished()
    {
        established.TrySetResult();
        Channels.OnEstablished();
    }

    void IAssociationEvents.OnMessage(InboundMessage message) => Channels.OnMessage(message);

    void IAssociationEvents.OnCarried(ushort stream) => Channels.OnCarried(stream);

    void IAssociationEvents.OnResetByPeer(ushort stream) => Channels.OnResetByPeer(stream);

    void IAssociationEvents.OnReset(ushort stream, bool done) => Channels.OnReset(stream, done);

    void IAssociationEvents.OnEnded(string? reason)
    {
        established.TrySetException(new IOException(reason ?? "The association was closed."));
        Channels.OnEnded(reason);
        closed.TrySetResult();
    }

    void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        var now = Now;
        lock (Gate)
        {
            try
            {
                Core.Receive(datagram, now);
            }
            catch (Exception e)
            {
                EndAfter(e);
            }
            Rearm(now);
        }
        Flush();
    }

    void OnTime()
    {
        var now = Now;
        lock (Gate)
        {
            armedFor = TimeSpan.MaxValue;
            try
            {
                Core.OnTime(now);
            }
            catch (Exception e)
            {
                EndAfter(e);
            }
            Rearm(now);
        }
        Flush();
    }

    void OnPipeClosed()
    {
        lock (Gate)
        {
            Core.Fail("The connection below is closed.", cause: null);
        }
    }

    /// <summary>A mistake of ours must not reach the thread of the pipe, nor go on with a state that nobody understands.</summary>
    void EndAfter(Exception e) => Core.End($"Internal error: {e.GetType().Name}: {e.Message}");

    bool TakeBatch()
    {
        lock (Gate)
        {
            for (var i = 0; i < batchCount; i++)
            {
                Core.Outbox.Return(batch[i].Buffer);
            }
            batchCount = 0;
            RefillOutbox();
            while (batchCount < batch.Length && Core.Outbox.TryTake(out var buffer, out var length))
            {
                batch[batchCount++] = (buffer, length);
            }
            isFlushing = batchCount > 0;
            return isFlushing;
        }
    }

    /// <summary>
    /// There may be more to send than it takes at a time, which is now filled into packets: the latest first, if it is urgent.
    /// </summary>
    void RefillOutbox()
    {
        var now = Now;
        try
        {
            Core.Transmit(now);
        }
        catch (Exception e)
        {
            EndAfter(e);
        }
        Rearm(now);
    }

    static void Check(string label, RtcDataChannelOptions options)
    {
        if (options is { MaxRetransmits: not null, MaxPacketLifeTime: not null })
        {
            throw new ArgumentException("A channel has either a number of retransmits or a life time, not both.", nameof(options));
        }
        if (options.MaxRetransmits < 0 || options.MaxPacketLifeTime < 0)
        {
            throw new ArgumentException("The number of retransmits and the life time are not negative.", nameof(options));
        }
        if (options.Negotiated && options.Id is not (>= 0 and <= 65534))
        {
            throw new ArgumentException("A negotiated channel needs an id from 0 to 65534.", nameof(options));
        }
        if (Encoding.UTF8.GetByteCount(label) > ushort.MaxValue || Encoding.UTF8.GetByteCount(options.Protocol) > ushort.MaxValue)
        {
            throw new ArgumentException("A label and a protocol have 65535 bytes at most.", nameof(label));
        }
    }
}
