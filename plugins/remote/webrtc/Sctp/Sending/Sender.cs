using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>The sending half of an association: decides what leaves, when, and whether again.</summary>
sealed class Sender
{
    /// <summary>A message is not broken off for less than this in a packet that carries something already.</summary>
    const int LeastPiece = 256;

    readonly RetransmissionQueue queue;
    readonly SendQueue ready;
    readonly RoundTrip roundTrip;
    readonly CongestionControl congestion;
    readonly LossDetection losses;
    readonly PartialReliability partial;
    readonly Action<uint> onLost;
    readonly Action<OutboundStream> onCarried;
    readonly bool interleaved;
    readonly int packetSize;
    long peerWindow;
    TimeSpan lossTime;
    int expired;

    /// <param name="onCarried">Told whenever less of a stream waits than before.</param>
    public Sender(RoundTrip roundTrip, uint firstTsn, long peerWindow, bool interleaved, int packetSize, Action<OutboundStream> onCarried)
    {
        this.roundTrip = roundTrip;
        this.peerWindow = peerWindow;
        this.interleaved = interleaved;
        this.packetSize = packetSize;
        this.onCarried = onCarried;
        queue = new RetransmissionQueue(firstTsn);
        ready = new SendQueue(interleaved);
        congestion = new CongestionControl(packetSize);
        losses = new LossDetection(queue, roundTrip);
        partial = new PartialReliability(queue, interleaved);
        onLost = OnLost;
    }

    int HeaderSize => interleaved ? DataChunk.InterleavedHeaderSize : DataChunk.HeaderSize;

    public uint Acknowledged => queue.Acknowledged;
    public uint LastTsn => queue.LastTsn;
    public int Outstanding => queue.Count;
    public bool IsIdle => queue.Count == 0 && ready.IsEmpty;
    public CongestionControl Congestion => congestion;

    /// <summary>When the first outstanding fragment has waited too long.</summary>
    public TimeSpan TimeoutDue { get; private set; } = TimeSpan.MaxValue;
    public TimeSpan Due => Min(TimeoutDue, Min(losses.Due, losses.ProbeDue));

    /// <summary>Timeouts in a row during which the peer was silent.</summary>
    public int Failures { get; private set; }

    public void Enqueue(OutboundMessage message) => ready.Enqueue(message);

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

    public void OnSack(SackChunk sack, TimeSpan now)
    {
        if (Serial.Less(sack.CumulativeTsn, queue.Acknowledged) || Serial.Less(queue.LastTsn, sack.CumulativeTsn))
        {
            return;
        }
        var before = queue.Flight;
        var advanced = sack.CumulativeTsn != queue.Acknowledged;
        var news = new Acknowledgement();
        while (queue.Acknowledged != sack.CumulativeTsn)
        {
            Acknowledge(queue.Acknowledged + 1, now, ref news);
            queue.RemoveFirst();
        }
        var reached = 0;
        for (var i = 0; i < sack.GapCount; i++)
        {
            var (start, end) = sack.Gap(i);
            if (start <= reached || end < start || end > queue.Count)
            {
                break;
            }
            reached = end;
            for (var offset = start; offset <= end && offset != 0; offset++)
            {
                Acknowledge(sack.CumulativeTsn + offset, now, ref news);
            }
        }
        peerWindow = sack.Window;
        if (sack.DuplicateCount > 0)
        {
            losses.OnNeedlessRetransmission();
        }
        if (news.Sample is { } sample)
        {
            roundTrip.Add(sample);
            congestion.OnRoundTrip(sample, sack.CumulativeTsn, queue.LastTsn);
        }
        lossTime = now;
        losses.Detect(now, onLost);
        congestion.OnAcknowledged(news.Bytes, sack.CumulativeTsn, before + packetSize >= congestion.Window);
        if (advanced || news.Bytes > 0)
        {
            expired = 0;
            losses.OnProgress(now);
        }
        if (advanced || news.Bytes > 0 || sack.Window < packetSize)
        {
            Failures = 0;
        }
        partial.Advance();
        Restart(advanced, now);
    }

    /// <summary>The cumulative number of a SHUTDOWN says the same as a SACK without gaps, but nothing of the window.</summary>
    public void OnCumulative(uint tsn, TimeSpan now)
    {
        if (Serial.Less(queue.Acknowledged, tsn) && Serial.LessOrEqual(tsn, queue.LastTsn))
        {
            var news = new Acknowledgement();
            while (queue.Acknowledged != tsn)
            {
                Acknowledge(queue.Acknowledged + 1, now, ref news);
                queue.RemoveFirst();
            }
            partial.Advance();
            losses.OnProgress(now);
            Restart(advanced: true, now);
        }
    }

    public void OnTime(TimeSpan now)
    {
        if (now >= losses.Due)
        {
            lossTime = now;
            losses.Detect(now, onLost);
        }
        if (now >= TimeoutDue)
        {
            OnTimeout(now);
        }
        else if (now >= losses.ProbeDue)
        {
            losses.OnProbed();
            var newest = queue.Newest;
            if (newest != SentFragment.None && queue[(uint)newest].Message.IsReliable && !queue.HasLost)
            {
                queue.Mark((uint)newest, FragmentState.Lost);
                congestion.HasFreePacket = true;
            }
        }
    }

    /// <summary>Forgets what waits in a stream, except a message that has begun, which the peer would wait for.</summary>
    public static void DropUnsent(OutboundStream stream)
    {
        var begun = stream.Messages.TryPeek(out var head) && head.IsStarted ? stream.Messages.Dequeue() : null;
        while (stream.Messages.TryDequeue(out var message))
        {
            message.Release();
        }
        stream.Buffered = 0;
        if (begun is not null)
        {
            stream.Messages.Enqueue(begun);
            stream.Buffered = begun.Length - begun.Sent;
        }
    }

    public void Clear() => queue.Clear();

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
            Message = message, Offset = message.Sent, Length = (ushort)length, Flags = flags, SentAt = now, Transmissions = 1, Position = message.NextFragment++,
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
        var payload = DataChunk.Write(packet, interleaved, (byte)(fragment.Flags | more), tsn, message.Stream.Id, message.Id, fragment.Position, message.Ppid, fragment.Length);
        message.Fragment(fragment.Offset, fragment.Length).CopyTo(payload);
    }

    void Acknowledge(uint tsn, TimeSpan now, ref Acknowledgement news)
    {
        ref var fragment = ref queue[tsn];
        if (fragment.State is FragmentState.InFlight or FragmentState.Lost)
        {
            news.Bytes += fragment.Length;
            if (fragment.Transmissions == 1)
            {
                news.Sample = now - fragment.SentAt;
            }
            losses.OnAcknowledged(tsn, fragment, now);
            queue.Mark(tsn, FragmentState.Acknowledged);
        }
    }

    void OnLost(uint tsn)
    {
        ref var fragment = ref queue[tsn];
        var message = fragment.Message;
        congestion.OnLoss(queue.LastTsn);
        if (fragment.Transmissions > message.MaxRetransmits || PartialReliability.HasExpired(message, lossTime))
        {
            partial.Abandon(message);
            onCarried(message.Stream);
        }
        else
        {
            queue.Mark(tsn, FragmentState.Lost);
        }
    }

    void OnTimeout(TimeSpan now)
    {
        Failures++;
        expired++;
        losses.OnTimeout();
        lossTime = now;
        while (queue.Oldest != SentFragment.None)
        {
            OnLost((uint)queue.Oldest);
        }
        if (expired > 1)
        {
            // It may have dropped what it had named in gap blocks.
            for (var tsn = queue.Acknowledged + 1; tsn != queue.NextTsn; tsn++)
            {
                if (queue[tsn].State == FragmentState.Acknowledged)
                {
                    queue.Mark(tsn, FragmentState.Lost);
                }
            }
        }
        congestion.OnTimeout();
        partial.Repeat();
        TimeoutDue = queue.Count > 0 ? now + roundTrip.Backoff(expired) : TimeSpan.MaxValue;
    }

    void Restart(bool advanced, TimeSpan now)
    {
        if (queue.Count == 0)
        {
            TimeoutDue = TimeSpan.MaxValue;
        }
        else if (advanced || TimeoutDue == TimeSpan.MaxValue)
        {
            TimeoutDue = now + roundTrip.Backoff(expired);
        }
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>What an acknowledgement brought that was not known before.</summary>
    struct Acknowledgement
    {
        public long Bytes;
        public TimeSpan? Sample;
    }
}
