namespace Breeze.Core.Metrics;

/// <summary>From the running total of a counter to its rate per second.</summary>
public static class Rate
{
    /// <summary>
    /// Readings further apart say nothing of the time between them. An hour is the longest interval that a device may report at.
    /// </summary>
    public const long MaximumGapMs = 65 * 60_000;

    /// <summary>A pair that spans a gap weighs no more than a bucket, so that it does not outweigh what was measured closely.</summary>
    public const long MaximumWeightMs = 5 * 60_000;

    /// <summary>
    /// The rate between two readings of a total. A total that fell was reset and counts from zero. False when the two say nothing.
    /// </summary>
    public static bool TryGet(long beforeMs, double before, long atMs, double value, out double rate, out int seconds)
    {
        var gap = atMs - beforeMs;
        rate = 0;
        seconds = 0;
        if (gap <= 0 || gap > MaximumGapMs || value < 0)
        {
            return false;
        }
        rate = (value >= before ? value - before : value) / (gap / 1000.0);
        seconds = (int)Math.Max(1, Math.Min(gap, MaximumWeightMs) / 1000);
        return true;
    }
}
