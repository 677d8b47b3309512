using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>What goes into the next packet: what the peer need not wait for, then what was lost, then what is new.</summary>
sealed partial class Sender
{
    /// <summary>Adds to the packet what may leave now; false when that is nothing.</summary>
    public bool Write(PacketWriter packet, TimeSpan now)
    {
        var wrote = WriteForward(packet, now);
        if (queue.HasLost)
        {
            wrote |= WriteLost(packet, now);
        }
        wrote |= WriteNew(packet, now);
        // Looking for something to send may have found messages that expired meanwhile.
        return WriteForward(packet, now) || wrote;
    }

    bool WriteForward(PacketWriter packet, TimeSpan now)
    {
        if (!partial.IsDue(now) || !partial.TryWrite(packet, now, roundTrip.Timeout))
        {
            return false;
        }
        if (TimeoutDue == TimeSpan.MaxValue)
        {
            TimeoutDue = now + roundTrip.Backoff(expired);
        }
        return true;
    }

    bool WriteLost(PacketWriter packet, TimeSpan now)
    {
        var wrote = false;
        while (queue.HasLost && (queue.Flight < congestion.Window || congestion.HasFreePacket))
        {
            var tsn = queue.FirstLost();
            ref var fragment = ref queue[tsn];
            var message = fragment.Message;
            if (PartialReliability.HasExpired(message, now))
            {
                partial.Abandon(message);
                continue;
            }
            if (packet.Room < HeaderSize + fragment.Length)
            {
                break;
            }
            queue.Resend(tsn, now);
            WriteFragment(packet, tsn, fragment, ChunkFlags.Immediate);
            if (TimeoutDue == TimeSpan.MaxValue || tsn == queue.Acknowledged + 1)
            {
                TimeoutDue = now + roundTrip.Backoff(expired);
            }
            wrote = true;
        }
        congestion.HasFreePacket &= !wrote;
        return wrote;
    }

    bool WriteNew(PacketWriter packet, TimeSpan now)
    {
        var wrote = false;
        if (queue.Count == 0 && now - lastSentAt > roundTrip.Timeout)
        {
            congestion.OnIdle((now - lastSentAt) / roundTrip.Timeout);
            lastSentAt = now;
        }
        while (!queue.HasLost && !queue.IsFull && queue.Flight < congestion.Window && ready.Next() is { } stream)
        {
            var message = stream.Messages.Peek();
            if (PartialReliability.HasExpired(message, now))
            {
                partial.Abandon(message);
                ready.Took();
                onCarried(stream);
                continue;
            }
            var left = message.Length - message.Sent;
            var room = packet.Room - HeaderSize;
            if (room < Math.Min(left, LeastPiece))
            {
                break;
            }
            var length = Math.Min(left, room);
            if (queue.Flight > 0 && queue.Flight + length > peerWindow)
            {
                break;
            }
            WriteNext(packet, stream, message, length, now);
            wrote = true;
        }
        if (wrote)
        {
            lastSentAt = now;
            losses.OnSent(now);
            if (TimeoutDue == TimeSpan.MaxValue)
            {
                TimeoutDue = now + roundTrip.Backoff(expired);
            }
        }
        return wrote;
    }

    void WriteNext(PacketWriter packet, OutboundStream stream, OutboundMessage message, int length, TimeSpan now)
    {
        if (!message.IsStarted)
        {
            message.Id = message.Unordered ? (interleaved ? stream.NextUnordered++ : 0) : stream.NextOrdered++;
            message.Id = interleaved ? message.Id : (ushort)message.Id;
        }
        var flags = (byte)((message.Sent == 0 ? ChunkFlags.First : 0) | (message.Sent + length == message.Length ? ChunkFlags.Last : 0)
            | (message.Unordered ? ChunkFlags.Unordered : 0));
        var tsn = queue.Add(new SentFragment
        {
            Message = message, Offset = message.Sent, Length = (ushort)length, Position = message.NextFragment++, Flags = flags,
            SentAt = now, Transmissions = 1,
        });
        message.Sent += length;
        stream.Buffered -= length;
        stream.LastTsn = tsn;
        if (message.IsFullySent)
        {
            stream.Messages.Dequeue();
        }
        ready.Took();
        // The last one for now: there will be no second packet that makes the peer acknowledge.
        WriteFragment(packet, tsn, queue[tsn], ready.IsEmpty ? ChunkFlags.Immediate : (byte)0);
        onCarried(stream);
    }

    void WriteFragment(PacketWriter packet, uint tsn, in SentFragment fragment, byte more)
    {
        var message = fragment.Message;
        var payload = DataChunk.Write(packet, interleaved, (byte)(fragment.Flags | more), tsn, message.Stream.Id, message.Id,
            fragment.Position, message.Ppid, fragment.Length);
        message.Fragment(fragment.Offset, fragment.Length).CopyTo(payload);
    }
}
