namespace Breeze.Agent.Tests.Support;

/// <summary>Lets a test wait until something that others change has come true.</summary>
sealed class Observed
{
    readonly Lock _gate = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Changes under the lock that conditions are read under.</summary>
    public void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    public T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    public async Task<T> WhenAsync<T>(string what, Func<T?> condition, int seconds = 60)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition() is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not seen within {seconds} s: {what}");
            }
        }
    }

    public Task WhenAsync(string what, Func<bool> condition, int seconds = 60) =>
        WhenAsync(what, () => condition() ? "" : null, seconds);
}
