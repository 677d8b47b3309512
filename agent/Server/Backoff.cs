namespace Breeze.Agent.Server;

/// <summary>
/// Waiting times between attempts: exponential with full jitter, also at the cap, so that agents which lost their server at the same moment
/// do not come back at the same moment.
/// </summary>
sealed class Backoff(TimeSpan first, TimeSpan cap, Random random)
{
    public static readonly TimeSpan Cap = TimeSpan.FromMinutes(5);
    static readonly TimeSpan ShortestCap = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    int _failures;

    /// <summary>
    /// The longest pause of what is sent at every interval. A server that was away finds its whole fleet again within the time that the fleet's heartbeats take
    /// anyway, and spread as evenly over it; to wait longer would spare it nothing.
    /// </summary>
    public static TimeSpan CapFor(TimeSpan interval) => interval < ShortestCap ? ShortestCap : interval < Cap ? interval : Cap;

    public void Reset() => _failures = 0;

    /// <param name="retryAfter">What the server asked for.</param>
    /// <param name="lower">A cap below the usual one.</param>
    public TimeSpan Next(TimeSpan? retryAfter = null, TimeSpan? lower = null)
    {
        var ceiling = Math.Min((lower ?? cap).TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 20)));
        return Spread(ceiling, retryAfter);
    }

    /// <summary>For answers that a retry does not mend.</summary>
    public TimeSpan AtCap(TimeSpan? retryAfter = null) =>
        TimeSpan.FromSeconds(cap.TotalSeconds / 2) + Spread(cap.TotalSeconds / 2, retryAfter);

    TimeSpan Spread(double ceiling, TimeSpan? retryAfter)
    {
        var delay = TimeSpan.FromSeconds(Math.Max(0.2, ceiling * random.NextDouble()));
        if (retryAfter is not { } asked)
        {
            return delay;
        }

        var bounded = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        return bounded + TimeSpan.FromSeconds(Math.Min(first.TotalSeconds, 1 + (bounded.TotalSeconds / 10)) * random.NextDouble());
    }
}
