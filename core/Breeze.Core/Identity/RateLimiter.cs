using Breeze.Core.Events;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Breeze.Core.Identity;

/// <summary>Limits that all nodes keep together in Redis; while it is away, each keeps them for itself.</summary>
public sealed partial class RateLimiter(EventBus bus, TimeProvider time, ILogger<RateLimiter> logger)
{
    readonly LocalAttemptWindows _local = new();

    /// <summary>How long to wait; null when there is nothing to wait for. Counts nothing.</summary>
    public Task<TimeSpan?> CheckAsync(RateLimit limit, string key) => WithAsync(async windows =>
    {
        var now = Now;
        var state = await windows.ReadAsync(Name(limit, key), now, Milliseconds(limit));
        return state.Count >= limit.Permits ? Wait(limit, state, now) : null;
    });

    /// <summary>Counts one, and answers how many there are in the window now.</summary>
    public Task<int> CountAsync(RateLimit limit, string key) =>
        WithAsync(async windows => (int)(await windows.AddAsync(Name(limit, key), NewAttempt(), Now, Milliseconds(limit))).Count);

    /// <summary>Takes one of the permits, as one step: of however many at once, no more than there are get one. Null when got, otherwise how long to wait.</summary>
    public Task<TimeSpan?> TakeAsync(RateLimit limit, string key) => WithAsync(async windows =>
    {
        var (now, name, attempt) = (Now, Name(limit, key), NewAttempt());
        var state = await windows.AddAsync(name, attempt, now, Milliseconds(limit));
        if (state.Count <= limit.Permits)
        {
            return null;
        }
        // Who is refused does not make the wait longer.
        await windows.RemoveAsync(name, attempt);
        return Wait(limit, state, now);
    });

    /// <summary>Forgets what was counted, because the person has shown that it is them.</summary>
    public Task ForgetAsync(RateLimit limit, string key) => WithAsync(async windows =>
    {
        await windows.ForgetAsync(Name(limit, key));
        return true;
    });

    async Task<T> WithAsync<T>(Func<IAttemptWindows, Task<T>> work)
    {
        if (bus.Redis is { } redis)
        {
            try
            {
                return await work(new RedisAttemptWindows(redis));
            }
            catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
            {
                LogAway(logger, e);
            }
        }
        return await work(_local);
    }

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static long Milliseconds(RateLimit limit) => (long)limit.Window.TotalMilliseconds;

    static string Name(RateLimit limit, string key) => $"breeze:limit:{limit.Name}:{key}";

    static string NewAttempt() => Guid.NewGuid().ToString("n");

    static TimeSpan? Wait(RateLimit limit, AttemptCount state, long now) =>
        TimeSpan.FromMilliseconds(Math.Clamp(state.Oldest + Milliseconds(limit) - now, 1000, Milliseconds(limit)));

    [LoggerMessage(LogLevel.Warning, "Redis does not answer; this node limits sign-ins by itself")]
    static partial void LogAway(ILogger logger, Exception exception);
}
