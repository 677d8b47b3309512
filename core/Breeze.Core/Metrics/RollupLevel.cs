namespace Breeze.Core.Metrics;

/// <summary>A resolution that readings are rolled up to. Each is made from the one before it, the first from the readings.</summary>
public sealed class RollupLevel
{
    const long MinuteMs = 60_000;

    RollupLevel(string name, long widthMs, long windowMs, RollupLevel? source)
    {
        Name = name;
        WidthMs = widthMs;
        WindowMs = windowMs;
        Source = source;
    }

    public static RollupLevel FiveMinutes { get; } = new("5m", 5 * MinuteMs, 60 * MinuteMs, null);

    public static RollupLevel Hour { get; } = new("1h", 60 * MinuteMs, 12 * 60 * MinuteMs, FiveMinutes);

    public static RollupLevel Day { get; } = new("1d", 24 * 60 * MinuteMs, 24 * 60 * MinuteMs, Hour);

    /// <summary>From fine to coarse.</summary>
    public static IReadOnlyList<RollupLevel> All { get; } = [FiveMinutes, Hour, Day];

    public string Name { get; }

    public long WidthMs { get; }

    /// <summary>How much is made at once, so that catching up after a long stop goes in steps that each end soon.</summary>
    public long WindowMs { get; }

    public RollupLevel? Source { get; }

    public string Table => $"metric_rollups_{Name}";

    /// <summary>The first day of the partition that a time belongs to.</summary>
    public DateOnly PartitionOf(long ms)
    {
        var day = MetricPartitions.DayOf(ms);
        return Name switch
        {
            "5m" => day,
            "1h" => new(day.Year, day.Month, 1),
            _ => new(day.Year, 1, 1),
        };
    }

    public string PartitionName(DateOnly first) => $"{Table}_{first:yyyyMMdd}";

    /// <summary>Where the partition of a time ends, in Unix milliseconds.</summary>
    public long PartitionEnd(long ms)
    {
        var first = PartitionOf(ms);
        var next = Name switch
        {
            "5m" => first.AddDays(1),
            "1h" => first.AddMonths(1),
            _ => first.AddYears(1),
        };
        return new DateTimeOffset(next, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    public long Floor(long ms) => ms - ms % WidthMs;
}
