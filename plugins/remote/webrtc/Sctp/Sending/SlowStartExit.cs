namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>
/// Sees a queue build up before it overflows: when the shortest round trip of a round is clearly longer than that of the round before
/// (after RFC 9406).
/// </summary>
sealed class SlowStartExit
{
    const int SamplesNeeded = 8;
    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(4), Most = TimeSpan.FromMilliseconds(16);

    TimeSpan previous = TimeSpan.MaxValue, lowest = TimeSpan.MaxValue;
    uint roundEnd;
    int samples;
    bool inRound;

    /// <summary>Whether slow start should end now.</summary>
    public bool OnSample(TimeSpan sample, uint acknowledged, uint lastSent)
    {
        if (!inRound || Serial.LessOrEqual(roundEnd, acknowledged))
        {
            inRound = true;
            roundEnd = lastSent;
            previous = lowest;
            lowest = TimeSpan.MaxValue;
            samples = 0;
        }
        lowest = sample < lowest ? sample : lowest;
        if (++samples < SamplesNeeded || previous == TimeSpan.MaxValue)
        {
            return false;
        }
        var tolerance = previous / 8;
        tolerance = tolerance < Least ? Least : tolerance > Most ? Most : tolerance;
        return lowest >= previous + tolerance;
    }
}
