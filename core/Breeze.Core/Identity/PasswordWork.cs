using Microsoft.AspNetCore.Identity;

namespace Breeze.Core.Identity;

/// <summary>
/// The hashing of passwords, which is slow on purpose: at most so much at a time that other requests go on, on threads of its own, and with a bounded
/// queue before it, so that a flood of sign-ins is told to come back instead of holding everybody up.
/// </summary>
public sealed class PasswordWork(IPasswordHasher<User> hasher) : IDisposable
{
    /// <summary>How many may be hashed at once.</summary>
    public static int Workers { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>How many may be at it or wait for it.</summary>
    public static int Places { get; } = 30 + (15 * Workers);

    readonly SemaphoreSlim _turns = new(Workers);
    int _taken;

    /// <summary>A place in the queue, taken before anything is looked up; null when there is none.</summary>
    public Place? TryEnter()
    {
        if (Interlocked.Increment(ref _taken) > Places)
        {
            Interlocked.Decrement(ref _taken);
            return null;
        }
        return new Place(this);
    }

    public void Dispose() => _turns.Dispose();

    async Task<T> RunAsync<T>(Func<IPasswordHasher<User>, T> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(() => work(hasher), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>A place that is given back when disposed.</summary>
    public sealed class Place(PasswordWork owner) : IDisposable
    {
        int _left;

        public Task<PasswordVerificationResult> VerifyAsync(User user, string hash, string password, CancellationToken cancellationToken) =>
            owner.RunAsync(h => h.VerifyHashedPassword(user, hash, password.Length > PasswordRules.MaximumLength ? "" : password), cancellationToken);

        public Task<string> HashAsync(User user, string password, CancellationToken cancellationToken) => owner.RunAsync(h => h.HashPassword(user, password), cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref owner._taken);
            }
        }
    }
}
