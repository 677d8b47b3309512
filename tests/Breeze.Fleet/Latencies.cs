namespace Breeze.Fleet;

/// <summary>Counts of durations in buckets two per cent wide, from a tenth of a millisecond on: memory stays the same however many there are. Not thread-safe.</summary>
sealed class Latencies
{
    const double Smallest = 0.1;
    static readonly double Width = Math.Log(1.02);
    readonly long[] _buckets = new long[1024];

    public long Count { get; private set; }

    public void Add(double milliseconds)
    {
        var bucket = milliseconds <= Smallest ? 0 : (int)(Math.Log(milliseconds / Smallest) / Width);
        _buckets[Math.Min(bucket, _buckets.Length - 1)]++;
        Count++;
    }

    /// <summary>The duration in milliseconds that the given share is not above; 0 when there was none.</summary>
    public double At(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < _buckets.Length && Count > 0; i++)
        {
            if ((left -= _buckets[i]) <= 0)
            {
                return Smallest * Math.Exp((i + 1) * Width);
            }
        }
        return 0;
    }

    public void Clear()
    {
        Array.Clear(_buckets);
        Count = 0;
    }
}
