namespace Breeze.Core.Metrics;

/// <summary>How long a partner keeps each resolution.</summary>
public sealed record MetricRetentionDays(int Raw, int FiveMinutes, int Hours, int Days)
{
    public static MetricRetentionDays Default { get; } = new(90, 30, 400, 1825);

    public int Of(RollupLevel? level) => level?.Name switch
    {
        null => Raw,
        "5m" => FiveMinutes,
        "1h" => Hours,
        _ => Days,
    };
}
