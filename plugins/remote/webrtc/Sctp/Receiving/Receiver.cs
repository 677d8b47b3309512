using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>The receiving half of an association: takes fragments, gives out messages, writes acknowledgements.</summary>
sealed class Receiver
{
    readonly TsnTracker tracker;
    readonly Reassembly reassembly;
    readonly ReceiveWindow window;
    readonly SackSchedule schedule = new();
    readonly Dictionary<ushort, InboundStream> streams = [];
    readonly Dictionary<(ushort Stream, bool Unordered), uint> skipped = [];
    readonly Action<InboundMessage> deliver;
    readonly uint messageIds;
    uint announced;
    bool sawData;

    /// <param name="deliver">Receives each complete message, in order where order is wanted, and owns it.</param>
    public Receiver(SctpOptions options, ReceiveWindow window, InitChunk peer, bool interleaved, Action<InboundMessage> deliver)
    {
        this.window = window;
        this.deliver = deliver;
        tracker = new TsnTracker(peer.Tsn);
        reassembly = new Reassembly(window, options.MaxMessageSize);
        messageIds = interleaved ? uint.MaxValue : ushort.MaxValue;
        announced = window.Left;
    }

    public uint Cumulative => tracker.Cumulative;
    public bool SackIsDue => schedule.IsDue;
    public TimeSpan Due => schedule.Due;
    public int RunCount => reassembly.RunCount;

    /// <summary>Takes a fragment; false when the peer broke the rules.</summary>
    public bool OnData(in DataChunk data)
    {
        sawData = true;
        if (data.Payload.IsEmpty)
        {
            return false;
        }
        var arrival = tracker.Classify(data.Tsn);
        if (arrival == TsnArrival.Duplicate)
        {
            tracker.AddDuplicate(data.Tsn);
        }
        if (arrival != TsnArrival.New || window.IsExceeded || window.IsFull && !Serial.Less(data.Tsn, tracker.Highest))
        {
            schedule.AtOnce();
            return true;
        }
        var outOfOrder = tracker.HasGaps || data.Tsn != tracker.Cumulative + 1;
        tracker.Add(data.Tsn);
        if (outOfOrder || data.Immediate)
        {
            schedule.AtOnce();
        }
        if (!reassembly.TryAdd(data, out var message))
        {
            message?.Release();
            return false;
        }
        if (message is { Unordered: true })
        {
            deliver(message);
        }
        else if (message is not null)
        {
            Stream(message.Stream).Add(message, deliver);
        }
        return true;
    }

    /// <summary>The chunks of a packet have been taken.</summary>
    public void OnPacketEnd(TimeSpan now)
    {
        if (sawData)
        {
            schedule.OnDataPacket(now);
            sawData = false;
        }
    }

    public void OnTime(TimeSpan now) => schedule.OnTime(now);

    public void SackAtOnce() => schedule.AtOnce();

    /// <summary>The peer has given up what it sent up to a number (RFC 3758, RFC 8260). Malformed entries end the list.</summary>
    public void OnForward(Chunk chunk)
    {
        var interleaved = chunk.Type == ChunkType.IForwardTsn;
        if (chunk.Value.Length < 4)
        {
            return;
        }
        schedule.AtOnce();
        var tsn = BinaryPrimitives.ReadUInt32BigEndian(chunk.Value);
        if (Serial.LessOrEqual(tsn, tracker.Cumulative))
        {
            return;
        }
        tracker.Forward(tsn);
        if (!interleaved)
        {
            reassembly.DropUpTo(tsn);
        }
        ReadSkipped(chunk.Value[4..], interleaved);
        if (interleaved)
        {
            reassembly.DropSkipped(skipped);
        }
        foreach (var ((stream, unordered), id) in skipped)
        {
            if (!unordered)
            {
                Stream(stream).Skip(id, deliver);
            }
        }
    }

    /// <summary>The last message given up in each stream; a stream that is named twice costs no more than one.</summary>
    void ReadSkipped(ReadOnlySpan<byte> list, bool interleaved)
    {
        skipped.Clear();
        var size = interleaved ? 8 : 4;
        for (var rest = list; rest.Length >= size; rest = rest[size..])
        {
            var stream = (BinaryPrimitives.ReadUInt16BigEndian(rest), interleaved && (rest[3] & 1) != 0);
            skipped[stream] = interleaved ? BinaryPrimitives.ReadUInt32BigEndian(rest[4..]) : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        }
    }

    public void ResetStream(ushort stream)
    {
        reassembly.DropStream(stream);
        if (streams.Remove(stream, out var state))
        {
            state.Reset();
        }
    }

    /// <summary>The reader took something: tells the peer when that opens the window enough to be worth a packet.</summary>
    public void OnRead()
    {
        if (announced < window.Size / 2 && window.Left >= announced + (uint)Math.Max(window.Size / 16, 2048))
        {
            schedule.AtOnce();
        }
    }

    public void WriteSack(PacketWriter packet)
    {
        announced = window.Left;
        packet.Append(ChunkType.Sack, 0, tracker.WriteSack(packet.Ahead, announced));
        schedule.OnSent();
    }

    public void Clear()
    {
        reassembly.Clear();
        foreach (var stream in streams.Values)
        {
            stream.Reset();
        }
        streams.Clear();
    }

    InboundStream Stream(ushort id)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            streams.Add(id, stream = new InboundStream(messageIds));
        }
        return stream;
    }
}
