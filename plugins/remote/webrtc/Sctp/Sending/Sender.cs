using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>The sending half of an association: decides what leaves, when, and whether again.</summary>
sealed partial class Sender
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
    readonly bool interleaved, canGiveUp;
    readonly int packetSize;
    long peerWindow;
    TimeSpan lossTime, lastSentAt;
    int expired;

    /// <param name="onCarried">Told whenever less of a stream waits than before.</param>
    public Sender(RoundTrip roundTrip, uint firstTsn, long peerWindow, Features features, int packetSize, Action<OutboundStream> onCarried)
    {
        this.roundTrip = roundTrip;
        this.peerWindow = peerWindow;
        interleaved = features.HasFlag(Features.Interleaving);
        canGiveUp = features.HasFlag(Features.PartialReliability);
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

    public void Enqueue(OutboundMessage message)
    {
        if (!canGiveUp)
        {
            message.MakeReliable();
        }
        ready.Enqueue(message);
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

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
