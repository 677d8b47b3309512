namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>
/// Finds losses by time (after RFC 8985): when something sent later has arrived and the time for mere reordering is over, a fragment is
/// lost, also a repeated one. And when the end of a flight is silent, one fragment is sent again as a probe long before the timeout.
/// </summary>
sealed class LossDetection(RetransmissionQueue queue, RoundTrip roundTrip)
{
    static readonly TimeSpan MinReordering = TimeSpan.FromMilliseconds(1), ProbeSlack = TimeSpan.FromMilliseconds(10);

    TimeSpan latestSentAt = TimeSpan.MinValue, latestRoundTrip;
    uint latestTsn;
    int reordering = 1;

    /// <summary>When a fragment that is overdue will count as lost.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>When to probe; none while nothing is on its way or a probe is out.</summary>
    public TimeSpan ProbeDue { get; private set; } = TimeSpan.MaxValue;

    /// <summary>A fragment was acknowledged for the first time.</summary>
    public void OnAcknowledged(uint tsn, in SentFragment fragment, TimeSpan now)
    {
        var took = now - fragment.SentAt;
        if (fragment.Transmissions > 1 && took < roundTrip.Min)
        {
            return; // It is the earlier sending that arrived.
        }
        if (IsAfter(fragment.SentAt, tsn, latestSentAt, latestTsn))
        {
            (latestSentAt, latestTsn, latestRoundTrip) = (fragment.SentAt, tsn, took);
        }
    }

    /// <summary>The peer received something twice: reordering was taken for loss. Waits longer from now on, up to a round trip.</summary>
    public void OnNeedlessRetransmission() => reordering = Math.Min(reordering + 1, 4);

    /// <summary>Hands the lost fragments to <paramref name="lost"/>, the oldest first.</summary>
    public void Detect(TimeSpan now, Action<uint> lost)
    {
        Due = TimeSpan.MaxValue;
        var patience = latestRoundTrip + Patience();
        for (var at = queue.Oldest; at != SentFragment.None;)
        {
            var tsn = (uint)at;
            ref var fragment = ref queue[tsn];
            if (!IsAfter(latestSentAt, latestTsn, fragment.SentAt, tsn))
            {
                break;
            }
            if (fragment.SentAt + patience > now)
            {
                Due = fragment.SentAt + patience;
                break;
            }
            lost(tsn);
            at = queue.Oldest;
        }
    }

    public void OnSent(TimeSpan now)
    {
        if (roundTrip.IsKnown)
        {
            ProbeDue = now + roundTrip.Smoothed * 2 + ProbeSlack;
        }
    }

    public void OnProgress(TimeSpan now)
    {
        if (queue.Oldest == SentFragment.None)
        {
            ProbeDue = TimeSpan.MaxValue;
        }
        else
        {
            OnSent(now);
        }
    }

    public void OnProbed() => ProbeDue = TimeSpan.MaxValue;

    public void OnTimeout()
    {
        Due = TimeSpan.MaxValue;
        ProbeDue = TimeSpan.MaxValue;
    }

    TimeSpan Patience()
    {
        if (!roundTrip.IsKnown)
        {
            return MinReordering;
        }
        var wait = roundTrip.Min / 4 * reordering;
        return wait < MinReordering ? MinReordering : wait > roundTrip.Smoothed && roundTrip.Smoothed > MinReordering ? roundTrip.Smoothed : wait;
    }

    static bool IsAfter(TimeSpan at, uint tsn, TimeSpan otherAt, uint other) => at > otherAt || at == otherAt && Serial.Less(other, tsn);
}
