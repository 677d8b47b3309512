using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Receiving;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.DataChannels;

/// <summary>One channel on the stream of its id. Its state is guarded by the association's lock.</summary>
sealed class DataChannel : IRtcDataChannel
{
    readonly SctpAssociation association;
    readonly Reliability reliability;
    readonly Channel<InboundMessage> inbound = Channel.CreateUnbounded<InboundMessage>();
    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource? room;
    bool isDiscarding;

    public DataChannel(SctpAssociation association, ushort stream, string label, RtcDataChannelOptions options, bool isKnownToPeer)
    {
        this.association = association;
        Stream = stream;
        Label = label;
        Options = options with { Id = stream };
        IsKnownToPeer = isKnownToPeer;
        reliability = new Reliability(options.MaxRetransmits, options.MaxPacketLifeTime is { } life ? TimeSpan.FromMilliseconds(life) : null);
        // Nobody has to look at a channel that failed.
        _ = opened.Task.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public ushort Stream { get; }
    public string Label { get; }
    public RtcDataChannelOptions Options { get; }
    public int? Id => Stream;
    public RtcDataChannelState State { get; private set; }
    public Task Opened => opened.Task;
    public Task Closed => closed.Task;

    /// <summary>
    /// Whether the peer has heard of the channel. Before that everything is sent in order behind the announcement (RFC 8832, 6).
    /// </summary>
    public bool IsKnownToPeer { get; set; }

    /// <summary>Whether we have asked for the reset of our side, and which sides were reset.</summary>
    public bool ResetAsked { get; set; }
    public bool ResetByUs { get; set; }
    public bool ResetByPeer { get; set; }

    public long BufferedAmount
    {
        get
        {
            lock (association.Gate)
            {
                return association.Core.Buffered(Stream);
            }
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, bool text, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }
        if (association.Options.RemoteMaxMessageSize is > 0 and var most && message.Length > most)
        {
            throw new ArgumentException($"The message has {message.Length} bytes; the peer takes {most} at most.", nameof(message));
        }
        Task? wait = null;
        var now = association.Now;
        lock (association.Gate)
        {
            if (State is RtcDataChannelState.Closing or RtcDataChannelState.Closed)
            {
                throw new IOException("The channel is closed.");
            }
            var content = message.IsEmpty ? "\0"u8 : message.Span;
            association.Core.Enqueue(Stream, content, Ppid.Of(text, message.IsEmpty), !Options.Ordered && IsKnownToPeer, reliability, now);
            association.Core.Transmit(now);
            if (association.Core.Buffered(Stream) > association.Options.SendBuffer)
            {
                room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = room.Task;
            }
            association.Rearm(now);
        }
        association.Flush();
        return wait is null ? ValueTask.CompletedTask : new ValueTask(wait.WaitAsync(cancellationToken));
    }

    public async IAsyncEnumerable<RtcMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await inbound.Reader.WaitToReadAsync(cancellationToken))
        {
            while (inbound.Reader.TryRead(out var message))
            {
                try
                {
                    var empty = message.Ppid is Ppid.EmptyText or Ppid.EmptyBinary;
                    yield return new RtcMessage(empty ? default : message.Content, message.Ppid is Ppid.Text or Ppid.EmptyText);
                }
                finally
                {
                    Release(message);
                }
            }
        }
    }

    public Task CloseAsync()
    {
        var now = association.Now;
        lock (association.Gate)
        {
            association.Channels.Close(this, dropUnsent: false, now);
            association.Core.Transmit(now);
            association.Rearm(now);
        }
        association.Flush();
        return closed.Task;
    }

    /// <summary>Closes without waiting for the peer, and gives up what was not read.</summary>
    public ValueTask DisposeAsync()
    {
        lock (association.Gate)
        {
            isDiscarding = true;
        }
        while (inbound.Reader.TryRead(out var message))
        {
            Release(message);
        }
        _ = CloseAsync();
        return ValueTask.CompletedTask;
    }

    public void Push(InboundMessage message)
    {
        if (isDiscarding || !inbound.Writer.TryWrite(message))
        {
            message.Release();
            association.Core.OnRead();
        }
    }

    public void OnOpen()
    {
        if (State == RtcDataChannelState.Connecting)
        {
            State = RtcDataChannelState.Open;
            opened.TrySetResult();
        }
    }

    public void OnClosing()
    {
        State = RtcDataChannelState.Closing;
        opened.TrySetException(new IOException("The channel was closed before it was open."));
    }

    /// <summary>Wakes those who wait for room, once half of the buffer is free, so that each wake is worth it.</summary>
    public void OnCarried()
    {
        if (room is not null && association.Core.Buffered(Stream) <= association.Options.SendBuffer / 2)
        {
            room.TrySetResult();
            room = null;
        }
    }

    public void OnClosed(string? reason)
    {
        State = RtcDataChannelState.Closed;
        opened.TrySetException(new IOException(reason ?? "The connection was closed before the channel was open."));
        if (room is not null)
        {
            room.TrySetException(new IOException(reason ?? "The channel was closed."));
            _ = room.Task.Exception;
            room = null;
        }
        inbound.Writer.TryComplete();
        closed.TrySetResult();
    }

    void Release(InboundMessage message)
    {
        var now = association.Now;
        lock (association.Gate)
        {
            message.Release();
            association.Core.OnRead();
            association.Core.Transmit(now);
            association.Rearm(now);
        }
        association.Flush();
    }
}
