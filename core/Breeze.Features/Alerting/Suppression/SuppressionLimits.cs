namespace Breeze.Features.Alerting.Suppression;

/// <summary>From when on it is too much.</summary>
static class SuppressionLimits
{
    /// <summary>So many changes within <see cref="FlapTime"/> are flapping, until there was none for as long.</summary>
    public const int FlapChanges = 6;

    /// <summary>More alerts of one rule than this within <see cref="StormTime"/> are a storm.</summary>
    public const int StormAlerts = 25;

    /// <summary>How far in front of a device what stands in front of it is looked for.</summary>
    public const int DependencyDepth = 8;

    public static readonly TimeSpan FlapTime = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan StormTime = TimeSpan.FromMinutes(1);

    /// <summary>How long after the last minute with a storm alerts of the rule join its incident.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMinutes(2);

    /// <summary>How long the first notification of an incident waits, so that it tells how many it is.</summary>
    public static readonly TimeSpan Counting = TimeSpan.FromSeconds(5);
}
