using StackExchange.Redis;

namespace Breeze.Core.Events;

/// <summary>
/// The first output of commands that run, for pages that open a moment after it came: a script's first line is often there before the page listens. A
/// convenience in Redis that may be missing; the whole output is in the result.
/// </summary>
public sealed class OutputTail(EventBus bus)
{
    const int MaximumMessages = 128;
    const int MaximumBytes = 8 << 10;
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Keeps a message; answers its number from 1 on, or 0 when it was not kept.</summary>
    public async Task<long> AddAsync(Guid commandId, byte[] message)
    {
        if (message.Length > MaximumBytes || bus.Redis is not { } redis)
        {
            return 0;
        }
        try
        {
            var key = KeyOf(commandId);
            if (await redis.ListLengthAsync(key) >= MaximumMessages)
            {
                return 0;
            }
            var number = await redis.ListRightPushAsync(key, message);
            await redis.KeyExpireAsync(key, Lifetime, CommandFlags.FireAndForget);
            return number;
        }
        catch (RedisException)
        {
            return 0;
        }
        catch (TimeoutException)
        {
            return 0;
        }
    }

    /// <summary>What was kept, in order.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadAsync(Guid commandId)
    {
        try
        {
            return bus.Redis is { } redis ? [.. (await redis.ListRangeAsync(KeyOf(commandId))).Select(value => (byte[])value!)] : [];
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return [];
        }
    }

    static RedisKey KeyOf(Guid commandId) => $"breeze:output:{commandId:n}";
}
