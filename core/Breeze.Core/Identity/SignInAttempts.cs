namespace Breeze.Core.Identity;

/// <summary>The limits of passwords: a lock per account and a limit per address. An account that does not exist is locked like one that does.</summary>
public sealed class SignInAttempts(RateLimiter limiter)
{
    public static TimeSpan Lockout => RateLimit.AccountLock.Window;

    /// <summary>The key of an account by its address.</summary>
    public static string AccountKey(string normalizedEmail) => Convert.ToHexStringLower(SecretToken.Hash(normalizedEmail));

    /// <summary>How long nothing is checked for this account or from this address; null when something is.</summary>
    public async Task<TimeSpan?> RefusedForAsync(string account, string address)
    {
        var locked = limiter.CheckAsync(RateLimit.AccountLock, account);
        var crowded = limiter.CheckAsync(RateLimit.AddressFailures, AddressKey.Of(address));
        return Longer(await locked, await crowded);
    }

    /// <summary>Records a wrong password; true when it was one too many.</summary>
    public async Task<bool> FailedAsync(string account, string address)
    {
        await limiter.CountAsync(RateLimit.AddressFailures, AddressKey.Of(address));
        if (await limiter.CountAsync(RateLimit.AccountFailures, account) < RateLimit.AccountFailures.Permits)
        {
            return false;
        }
        await limiter.TakeAsync(RateLimit.AccountLock, account);
        await limiter.ForgetAsync(RateLimit.AccountFailures, account);
        return true;
    }

    public Task SucceededAsync(string account) => limiter.ForgetAsync(RateLimit.AccountFailures, account);

    /// <summary>Lets an account in again before its time, because its password is a new one.</summary>
    public async Task UnlockAsync(string account)
    {
        await limiter.ForgetAsync(RateLimit.AccountLock, account);
        await limiter.ForgetAsync(RateLimit.AccountFailures, account);
    }

    static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null ? other : other is null || one > other ? one : other;
}
