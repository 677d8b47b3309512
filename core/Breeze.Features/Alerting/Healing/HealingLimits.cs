namespace Breeze.Features.Alerting.Healing;

/// <summary>How much scripts of rules may do, and how long people wait for them.</summary>
static class HealingLimits
{
    /// <summary>So many scripts of one rule at a time; the others wait.</summary>
    public const int AtOnce = 50;

    /// <summary>What the runner looks at in one transaction.</summary>
    public const int Batch = 200;

    /// <summary>The end of a script's output that is kept and told, in bytes.</summary>
    public const int Output = 1024;

    /// <summary>What had to wait longer for its turn does not run.</summary>
    public static readonly TimeSpan Waiting = TimeSpan.FromMinutes(15);

    /// <summary>A device that has not begun by then does not begin, and people are told.</summary>
    public static readonly TimeSpan Reaching = TimeSpan.FromMinutes(10);

    /// <summary>How long after its time limit a script that has begun is waited for.</summary>
    public static readonly TimeSpan Reporting = TimeSpan.FromMinutes(2);

    /// <summary>How long after the end of the script the next readings are waited for.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
}
