namespace Breeze.Integration.Tests.Alerting;

/// <summary>What one series says of a stretch of time, written as plainly as possible over the readings themselves. Not a number where it says nothing.</summary>
sealed class ReferenceWindow(IReadOnlyList<(DateTimeOffset At, double Value)> readings, DateTimeOffset now)
{
    const double BucketSeconds = 300;
    static readonly TimeSpan Short = TimeSpan.FromMinutes(15);

    public double Average(TimeSpan span) => Of(span) is { Count: > 0 } values ? values.Average() : double.NaN;

    public double Least(TimeSpan span) => Of(span) is { Count: > 0 } values ? values.Min() : double.NaN;

    public double Greatest(TimeSpan span) => Of(span) is { Count: > 0 } values ? values.Max() : double.NaN;

    public double Rate(TimeSpan span)
    {
        var pairs = Rates().Where(r => IsWithin(r.At, span)).ToList();
        return pairs.Count == 0 ? double.NaN : pairs.Sum(p => p.Rate * p.Weight) / pairs.Sum(p => p.Weight);
    }

    /// <summary>A line through the means of five minutes.</summary>
    public double Forecast(TimeSpan ahead, DateTimeOffset rolledUpUntil)
    {
        var points = readings.Where(r => r.At < rolledUpUntil).GroupBy(r => Math.Floor(r.At.ToUnixTimeMilliseconds() / 1000.0 / BucketSeconds) * BucketSeconds)
            .Select(b => (X: b.Key - now.ToUnixTimeSeconds(), Y: b.Average(r => r.Value))).Where(p => p.X > -86_400).ToList();
        // Six hours of them, the newest of late.
        if (points.Count == 0 || points.Max(p => p.X) - points.Min(p => p.X) < 6 * 3600 || points.Max(p => p.X) + (BucketSeconds / 2) < -25 * 60)
        {
            return double.NaN;
        }
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var slope = points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / points.Sum(p => (p.X - meanX) * (p.X - meanX));
        return meanY + (slope * (ahead.TotalSeconds - (BucketSeconds / 2) - meanX));
    }

    List<double> Of(TimeSpan span) => [.. readings.Where(r => IsWithin(r.At, span)).Select(r => r.Value)];

    /// <summary>A longer window begins with five whole minutes.</summary>
    bool IsWithin(DateTimeOffset at, TimeSpan span)
    {
        var from = now - span;
        return at <= now && (span <= Short ? at > from : at >= from.AddTicks(-(from.UtcTicks % TimeSpan.FromSeconds(BucketSeconds).Ticks)));
    }

    List<(DateTimeOffset At, double Rate, double Weight)> Rates()
    {
        List<(DateTimeOffset, double, double)> rates = [];
        for (var i = 1; i < readings.Count; i++)
        {
            var gap = (readings[i].At - readings[i - 1].At).TotalSeconds;
            if (gap <= 900)
            {
                var grown = readings[i].Value - readings[i - 1].Value;
                rates.Add((readings[i].At, (grown >= 0 ? grown : readings[i].Value) / gap, Math.Floor(Math.Min(gap, 300))));
            }
        }
        return rates;
    }
}
