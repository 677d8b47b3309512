using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>
/// Joins fragments into messages, in whatever order they arrive. A run is a part of a message without a hole; a fragment begins a run, or
/// joins the one before it and the one behind it. Nothing of it depends on other streams, so that a loss holds up its own message only.
/// </summary>
sealed class Reassembly(ReceiveWindow window, int maxMessageSize)
{
    readonly record struct Place(uint Space, uint Message, uint Position)
    {
        // In DATA a fragment's neighbour is known by its TSN alone, in I-DATA by its message and its number in it.
        public static Place Of(in DataChunk data) => data.Interleaved
            ? new Place(data.Stream | (data.Unordered ? 0x1_0000u : 0), data.MessageId, data.Position)
            : new Place(uint.MaxValue, 0, data.Tsn);

        public Place Next => this with { Position = Position + 1 };
        public Place Previous => this with { Position = Position - 1 };
    }

    sealed class Run(InboundMessage message)
    {
        public InboundMessage Message { get; set; } = message;
        public Place Start { get; set; }
        public Place End { get; set; }
        public bool HasFirst { get; set; }
        public bool HasLast { get; set; }
    }

    const int FirstCapacity = 4096;

    readonly Dictionary<Place, Run> byStart = [], byEnd = [];
    int expectedLength = FirstCapacity;

    public int RunCount => byStart.Count;

    /// <summary>
    /// Takes a fragment. False when the peer broke the rules, so that nothing it sends can be trusted; <paramref name="complete"/> is the
    /// message that the fragment completed, which now belongs to the caller.
    /// </summary>
    public bool TryAdd(in DataChunk data, out InboundMessage? complete)
    {
        complete = null;
        if (data.IsFirst && data.IsLast)
        {
            complete = Message(data, data.Payload.Length);
            return data.Payload.Length <= maxMessageSize;
        }
        var place = Place.Of(data);
        Run run;
        if (!data.IsFirst && byEnd.TryGetValue(place.Previous, out var before) && !before.HasLast)
        {
            if (!SameMessage(before.Message, data))
            {
                return false;
            }
            run = before;
            byEnd.Remove(run.End);
            run.Message.Append(data.Payload);
        }
        else if (byStart.ContainsKey(place))
        {
            return false;
        }
        else
        {
            var capacity = data.IsFirst && window.HasRoomFor(expectedLength) ? expectedLength : data.Payload.Length;
            run = new Run(Message(data, capacity)) { Start = place, HasFirst = data.IsFirst };
            byStart.Add(place, run);
        }
        run.End = place;
        run.HasLast = data.IsLast;
        if (!data.IsLast && byStart.TryGetValue(place.Next, out var behind) && !behind.HasFirst)
        {
            if (!SameMessage(behind.Message, data))
            {
                return false;
            }
            Join(run, behind);
        }
        if (!byEnd.TryAdd(run.End, run) || run.Message.Length > maxMessageSize)
        {
            return false;
        }
        if (run is { HasFirst: true, HasLast: true })
        {
            byStart.Remove(run.Start);
            byEnd.Remove(run.End);
            expectedLength = Math.Max(FirstCapacity, run.Message.Length);
            complete = run.Message;
        }
        return true;
    }

    /// <summary>Drops the incomplete messages that begin at or before this number: the peer has given them up (DATA).</summary>
    public void DropUpTo(uint tsn) => Drop(run => run.Start.Space == uint.MaxValue && Serial.LessOrEqual(run.Start.Position, tsn));

    /// <summary>Drops the incomplete messages of each stream up to the one named for it (I-DATA).</summary>
    public void DropSkipped(Dictionary<(ushort Stream, bool Unordered), uint> skipped) => Drop(run =>
        skipped.TryGetValue((run.Message.Stream, run.Message.Unordered), out var last) && Serial.LessOrEqual(run.Message.Id, last));

    public void DropStream(ushort stream) => Drop(run => run.Message.Stream == stream);

    public void Clear() => Drop(_ => true);

    InboundMessage Message(in DataChunk data, int capacity)
    {
        var message = new InboundMessage(window, data.Stream, data.MessageId, data.Unordered, data.Ppid, capacity);
        message.Append(data.Payload);
        return message;
    }

    static bool SameMessage(InboundMessage message, in DataChunk data) =>
        message.Stream == data.Stream && message.Unordered == data.Unordered && (data.Unordered && !data.Interleaved || message.Id == data.MessageId);

    void Join(Run run, Run behind)
    {
        run.Message.Append(behind.Message.Content.Span);
        behind.Message.Release();
        byStart.Remove(behind.Start);
        byEnd.Remove(behind.End);
        run.End = behind.End;
        run.HasLast = behind.HasLast;
    }

    void Drop(Func<Run, bool> which)
    {
        if (byStart.Count == 0)
        {
            return;
        }
        foreach (var run in byStart.Values.Where(which).ToList())
        {
            byStart.Remove(run.Start);
            byEnd.Remove(run.End);
            run.Message.Release();
        }
    }
}
