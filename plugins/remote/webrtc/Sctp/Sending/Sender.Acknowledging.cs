using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>What an acknowledgement tells: what need not be kept, how long the way is, what was lost, how much more may leave.</summary>
sealed partial class Sender
{
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
            roundTrip.Add(sample, now);
            congestion.OnRoundTrip(sample, sack.CumulativeTsn, queue.LastTsn);
        }
        lossTime = now;
        losses.Detect(now, onLost);
        congestion.OnAcknowledged(news.Bytes, sack.CumulativeTsn, before + packetSize >= congestion.Window, roundTrip.Latest - roundTrip.Min);
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

    /// <summary>What an acknowledgement brought that was not known before.</summary>
    struct Acknowledgement
    {
        public long Bytes;
        public TimeSpan? Sample;
    }
}
