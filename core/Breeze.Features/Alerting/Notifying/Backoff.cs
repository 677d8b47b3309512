namespace Breeze.Features.Alerting.Notifying;

/// <summary>How long to wait before the next attempt.</summary>
static class Backoff
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <param name="attempts">How many there were, from 1 on.</param>
    /// <param name="asked">What the other side asked for, which counts for more, up to a day.</param>
    /// <param name="jitter">From 0 to 1, so that not all come back at once.</param>
    public static TimeSpan After(int attempts, TimeSpan? asked, double jitter)
    {
        var seconds = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20)), Longest.TotalSeconds);
        var wait = TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * jitter)));
        return asked is { } given && given > TimeSpan.Zero ? given > NotificationLimits.GivenUpAfter ? NotificationLimits.GivenUpAfter : given : wait > Longest ? Longest : wait;
    }
}
