using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>Gives messages up that are not worth sending any more and tells the peer not to wait for them (RFC 3758).</summary>
sealed class PartialReliability(RetransmissionQueue queue, bool interleaved)
{
    readonly List<(ushort Stream, bool Unordered, uint Id)> skipped = [];
    uint point = queue.Acknowledged;
    TimeSpan repeatAt;
    bool isNew;

    /// <summary>Whether there are numbers that the peer should take as received.</summary>
    public bool IsPending => Serial.Less(queue.Acknowledged, point);

    public static bool HasExpired(OutboundMessage message, TimeSpan now) => now >= message.Deadline;

    /// <summary>
    /// Gives a message up. Of one that was sent in part, an empty fragment takes the place of the rest: without a number of its own the
    /// peer would never learn that the message has ended, if it has all that was sent.
    /// </summary>
    public void Abandon(OutboundMessage message)
    {
        message.IsAbandoned = true;
        var stream = message.Stream;
        if (!message.IsFullySent)
        {
            stream.Messages.Dequeue();
            stream.Buffered -= message.Length - message.Sent;
            if (message.IsStarted)
            {
                queue.Add(new SentFragment { Message = message, State = FragmentState.Abandoned });
                stream.LastTsn = queue.LastTsn;
            }
        }
        for (var tsn = queue.LastTsn; message.IsStarted && tsn != queue.Acknowledged; tsn--)
        {
            ref var fragment = ref queue[tsn];
            if (fragment.Message == message)
            {
                queue.Mark(tsn, FragmentState.Abandoned);
                if ((fragment.Flags & ChunkFlags.First) != 0)
                {
                    break;
                }
            }
        }
        message.ReleaseIfDone();
        Advance();
    }

    public void Advance()
    {
        point = Serial.Max(point, queue.Acknowledged);
        while (point != queue.LastTsn && queue[point + 1].State == FragmentState.Abandoned)
        {
            point++;
            isNew = true;
        }
    }

    /// <summary>Says it once more: the timeout has expired.</summary>
    public void Repeat() => isNew = true;

    /// <summary>Whether it is time to say so, for the first time or again.</summary>
    public bool IsDue(TimeSpan now) => IsPending && (isNew || now >= repeatAt);

    /// <summary>Adds the chunk, with as many numbers as its list of streams has room for.</summary>
    public bool TryWrite(PacketWriter packet, TimeSpan now, TimeSpan interval)
    {
        var entry = interleaved ? 8 : 4;
        var room = (packet.Room - 8) / entry;
        if (room < 1)
        {
            return false;
        }
        skipped.Clear();
        var reached = queue.Acknowledged;
        while (reached != point && TrySkip(queue[reached + 1].Message, room))
        {
            reached++;
        }
        var value = packet.Append(interleaved ? ChunkType.IForwardTsn : ChunkType.ForwardTsn, 0, 4 + skipped.Count * entry);
        BinaryPrimitives.WriteUInt32BigEndian(value, reached);
        for (var i = 0; i < skipped.Count; i++)
        {
            var place = value[(4 + i * entry)..];
            var (stream, unordered, id) = skipped[i];
            BinaryPrimitives.WriteUInt16BigEndian(place, stream);
            BinaryPrimitives.WriteUInt16BigEndian(place[2..], interleaved ? (ushort)(unordered ? 1 : 0) : (ushort)id);
            if (interleaved)
            {
                BinaryPrimitives.WriteUInt32BigEndian(place[4..], id);
            }
        }
        isNew = false;
        repeatAt = now + interval;
        return true;
    }

    bool TrySkip(OutboundMessage message, int room)
    {
        if (message.Unordered && !interleaved)
        {
            return true;
        }
        for (var i = 0; i < skipped.Count; i++)
        {
            if (skipped[i].Stream == message.Stream.Id && skipped[i].Unordered == message.Unordered)
            {
                skipped[i] = skipped[i] with { Id = Serial.Max(skipped[i].Id, message.Id) };
                return true;
            }
        }
        if (skipped.Count == room)
        {
            return false;
        }
        skipped.Add((message.Stream.Id, message.Unordered, message.Id));
        return true;
    }
}
