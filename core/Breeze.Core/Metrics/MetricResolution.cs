namespace Breeze.Core.Metrics;

/// <summary>Which data answers a question, and how wide a step is. Null stands for the readings themselves.</summary>
public sealed record MetricResolution(RollupLevel? Level, long StepMs)
{
    public const int MaximumPoints = 1000;

    static readonly RollupLevel?[] FromFine = [null, .. RollupLevel.All];

    static readonly long[] Seconds =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000];

    public string Name => Level?.Name ?? "raw";

    /// <summary>
    /// The coarsest data that still has a value for each step, so that no more is read than needed; coarser where the partner no longer keeps
    /// that for the time in question. A step is as wide as asked for, or wider where there would be too many, or where the data is coarser.
    /// </summary>
    public static MetricResolution Choose(long fromMs, long toMs, long? askedMs, long nowMs, MetricRetentionDays kept)
    {
        // One less, since a range that begins within a step touches one more than fit into it.
        var least = (toMs - fromMs + MaximumPoints - 2) / (MaximumPoints - 1);
        var step = askedMs is { } asked ? Math.Max(asked, least) : Seconds.Select(s => s * 1000).FirstOrDefault(s => s >= least, least);
        var start = Array.FindLastIndex(FromFine, l => l is null || l.WidthMs <= step);
        var level = FromFine.Skip(start).FirstOrDefault(l => fromMs >= OldestMs(l, nowMs, kept), FromFine.Skip(start).MaxBy(l => kept.Of(l)));
        if (level is not null)
        {
            step = (step + level.WidthMs - 1) / level.WidthMs * level.WidthMs;
        }
        return new(level, step);
    }

    static long OldestMs(RollupLevel? level, long nowMs, MetricRetentionDays kept) =>
        RollupLevel.Day.Floor(nowMs) - kept.Of(level) * RollupLevel.Day.WidthMs;
}
