using StackExchange.Redis;

namespace Breeze.Core.Identity;

/// <summary>A sorted set per key, which all nodes share.</summary>
sealed class RedisAttemptWindows(IDatabase redis) : IAttemptWindows
{
    public async Task<AttemptCount> ReadAsync(string key, long now, long window)
    {
        var count = redis.SortedSetLengthAsync(key, now - window, double.PositiveInfinity, Exclude.Start);
        var oldest = redis.SortedSetRangeByScoreWithScoresAsync(key, now - window, double.PositiveInfinity, Exclude.Start, take: 1);
        return new(await count, Oldest(await oldest, now));
    }

    public async Task<AttemptCount> AddAsync(string key, string attempt, long now, long window)
    {
        var transaction = redis.CreateTransaction();
        _ = transaction.SortedSetRemoveRangeByScoreAsync(key, double.NegativeInfinity, now - window);
        _ = transaction.SortedSetAddAsync(key, attempt, now);
        var count = transaction.SortedSetLengthAsync(key);
        var oldest = transaction.SortedSetRangeByRankWithScoresAsync(key, 0, 0);
        _ = transaction.KeyExpireAsync(key, TimeSpan.FromMilliseconds(window));
        await transaction.ExecuteAsync();
        return new(await count, Oldest(await oldest, now));
    }

    public Task RemoveAsync(string key, string attempt) => redis.SortedSetRemoveAsync(key, attempt);

    public Task ForgetAsync(string key) => redis.KeyDeleteAsync(key);

    static long Oldest(SortedSetEntry[] entries, long now) => entries.Length > 0 ? (long)entries[0].Score : now;
}
