using Breeze.WebRtc.Sctp.Control;
using Breeze.WebRtc.Sctp.Packets;
using Breeze.WebRtc.Sctp.Receiving;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Sctp;

/// <summary>
/// The protocol itself, without threads, tasks or a clock: packets and the time go in, packets come out in <see cref="Outbox"/>. After
/// anything that may have given it something to send, <see cref="Transmit"/>. Its owner sees to it that one thread at a time is in it.
/// </summary>
sealed partial class AssociationCore
{
    /// <summary>
    /// Packets with data that may wait for the pipe. What is in a packet has its place in the line: the fewer of them, the sooner a
    /// keystroke leaves when the pipe is slower than the window allows.
    /// </summary>
    const int MaxReady = 16;

    /// <summary>Packets that may wait for the pipe before control chunks are dropped rather than answered.</summary>
    const int MaxWaiting = 1024;

    readonly SctpOptions options;
    readonly IAssociationEvents events;
    readonly PacketWriter writer;
    readonly int packetSize;
    readonly RoundTrip roundTrip;
    readonly ReceiveWindow window;
    readonly Handshake handshake;
    readonly Shutdown shutdown;
    readonly PathMonitor path;
    readonly Dictionary<ushort, OutboundStream> streams = [];
    readonly PacketDispatch dispatch;

    public AssociationCore(SctpOptions options, IAssociationEvents events, int maxDatagramSize)
    {
        this.options = options;
        this.events = events;
        packetSize = Math.Min(options.MaxPacketSize, maxDatagramSize) & ~3;
        writer = new PacketWriter(packetSize, (ushort)options.LocalPort, (ushort)options.RemotePort);
        Outbox = new Outbox(packetSize);
        window = new ReceiveWindow(Math.Max(options.ReceiveWindow, 2 * options.MaxMessageSize));
        roundTrip = new RoundTrip(options);
        handshake = new Handshake(this, options, window.Size);
        shutdown = new Shutdown(this, options, roundTrip);
        path = new PathMonitor(this, options, roundTrip);
        dispatch = new PacketDispatch(this, options, handshake, shutdown, path);
    }

    public AssociationState State { get; set; }
    public Outbox Outbox { get; }
    public uint LocalTag => handshake.Local.Tag;
    public uint PeerTag => handshake.Peer.Tag;

    /// <summary>The extensions that both sides know; none before it is established.</summary>
    public Features Shared { get; private set; }

    /// <summary>Streams that both sides allow for sending; the most there can be before that is known.</summary>
    public int OutboundStreams { get; private set; } = ushort.MaxValue;

    /// <summary>There from the establishment on.</summary>
    public Sender? Sender { get; private set; }

    /// <summary>There from the establishment on.</summary>
    public Receiver? Receiver { get; private set; }

    /// <summary>There from the establishment on.</summary>
    public StreamReset? Resets { get; private set; }
    public TimeSpan? RoundTripTime => roundTrip.IsKnown ? roundTrip.Smoothed : null;
    public ReceiveWindow Window => window;

    /// <summary>When <see cref="OnTime"/> has something to do.</summary>
    public TimeSpan Due
    {
        get
        {
            if (State == AssociationState.Closed)
            {
                return TimeSpan.MaxValue;
            }
            var control = Min(handshake.Due, Min(shutdown.Due, path.Due));
            return Sender is null ? control : Min(Min(control, Resets!.Due), Min(Sender.Due, Receiver!.Due));
        }
    }

    bool HoldsData => State is AssociationState.Established or AssociationState.ShutdownPending or AssociationState.ShutdownReceived
        or AssociationState.ShutdownSent;

    public void Start(TimeSpan now) => handshake.Start(now);

    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        dispatch.Receive(datagram, now);
        Transmit(now);
    }

    public void OnTime(TimeSpan now)
    {
        handshake.OnTime(now);
        if (State == AssociationState.Closed || Sender is null)
        {
            return;
        }
        shutdown.OnTime(now);
        if (State == AssociationState.Closed)
        {
            return;
        }
        path.OnTime(now);
        Sender.OnTime(now);
        Receiver!.OnTime(now);
        Resets!.OnTime(now);
        if (Sender.Failures + path.Failures > options.MaxRetransmissions)
        {
            Fail("The peer has stopped answering.", ErrorCause.UserInitiatedAbort);
        }
        Transmit(now);
    }

    /// <summary>Queues a message; the caller has looked at the state and at the size.</summary>
    public void Enqueue(ushort stream, ReadOnlySpan<byte> content, uint ppid, bool unordered, Reliability reliability, TimeSpan now)
    {
        var message = new OutboundMessage(Stream(stream), content, ppid, unordered, reliability, now);
        if (Sender is null)
        {
            message.Stream.Messages.Enqueue(message);
            message.Stream.Buffered += message.Length;
        }
        else
        {
            Sender.Enqueue(message);
        }
    }

    public long Buffered(ushort stream) => streams.TryGetValue(stream, out var state) ? state.Buffered : 0;

    /// <summary>Resets our side of a stream once everything in it has arrived; <see cref="IAssociationEvents.OnReset"/> answers.</summary>
    public void Reset(ushort stream, bool dropUnsent, TimeSpan now)
    {
        var state = Stream(stream);
        if (dropUnsent)
        {
            Sender.DropUnsent(state);
        }
        Resets!.Want(state);
        Resets.Advance(now);
    }

    /// <summary>A reader has released a message.</summary>
    public void OnRead() => Receiver?.OnRead();

    /// <summary>Fills packets with whatever may leave now, up to a few; to be called again when the pipe has taken them.</summary>
    public void Transmit(TimeSpan now)
    {
        if (Sender is null || State == AssociationState.Closed)
        {
            return;
        }
        Resets!.Advance(now);
        shutdown.Advance(now);
        while (HoldsData && Outbox.Count < MaxReady)
        {
            writer.Begin(Outbox.Rent(), PeerTag);
            var acknowledges = Receiver!.SackIsDue;
            if (acknowledges)
            {
                Receiver.WriteSack(writer);
            }
            var sends = Sender.Write(writer, now);
            if (!sends && !acknowledges)
            {
                Outbox.Return(writer.Buffer);
                return;
            }
            Outbox.Add(writer.Buffer, writer.Finish());
            if (!sends)
            {
                return;
            }
        }
    }

    /// <summary>Sends a control chunk to the peer, in a packet of its own.</summary>
    public void Send(ChunkType type, byte flags, ReadOnlySpan<byte> value) => SendAlone(type, flags, value, PeerTag);

    public void SendAlone(ChunkType type, byte flags, ReadOnlySpan<byte> value, uint tag)
    {
        if (Outbox.Count >= MaxWaiting || value.Length > packetSize - PacketReader.HeaderSize - 4)
        {
            return;
        }
        writer.Begin(Outbox.Rent(), tag);
        value.CopyTo(writer.Append(type, flags, value.Length));
        Outbox.Add(writer.Buffer, writer.Finish());
    }

    public void Establish(TimeSpan now)
    {
        var peer = handshake.Peer;
        State = AssociationState.Established;
        Shared = handshake.Local.Features & peer.Features;
        OutboundStreams = Math.Min(handshake.Local.OutboundStreams, peer.InboundStreams);
        var interleaved = Shared.HasFlag(Features.Interleaving);
        Sender = new Sender(roundTrip, handshake.Local.Tsn, peer.Window, Shared, packetSize, stream => events.OnCarried(stream.Id));
        Receiver = new Receiver(options, window, peer, interleaved, events.OnMessage);
        Resets = new StreamReset(this, options, roundTrip, events, handshake.Local.Tsn, peer.Tsn);
        foreach (var stream in streams.Values)
        {
            foreach (var message in DequeueAll(stream))
            {
                Sender.Enqueue(message);
            }
        }
        path.Start(now);
        events.OnEstablished();
    }

    OutboundStream Stream(ushort id)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            streams.Add(id, stream = new OutboundStream(id));
        }
        return stream;
    }

    static List<OutboundMessage> DequeueAll(OutboundStream stream)
    {
        var all = stream.Messages.ToList();
        stream.Messages.Clear();
        stream.Buffered = 0;
        return all;
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
