namespace Breeze.Core.Identity;

/// <summary>Counts what happened within a sliding window, by key. Times in milliseconds.</summary>
interface IAttemptWindows
{
    Task<AttemptCount> ReadAsync(string key, long now, long window);

    /// <summary>Adds one and counts it in, as one step.</summary>
    Task<AttemptCount> AddAsync(string key, string attempt, long now, long window);

    Task RemoveAsync(string key, string attempt);

    Task ForgetAsync(string key);
}

/// <summary>How many there are, and when the oldest was.</summary>
readonly record struct AttemptCount(long Count, long Oldest);
