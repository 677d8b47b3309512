namespace Breeze.PluginHost;

/// <summary>Counts what goes on in the background, so that one can wait for its end.</summary>
sealed class OpenWork
{
    readonly Lock sync = new();
    TaskCompletionSource done = CreateCompleted();
    int count;

    public Task Done
    {
        get
        {
            lock (sync)
            {
                return done.Task;
            }
        }
    }

    public void Begin()
    {
        lock (sync)
        {
            if (count++ == 0)
            {
                done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public void End()
    {
        lock (sync)
        {
            if (--count == 0)
            {
                done.SetResult();
            }
        }
    }

    static TaskCompletionSource CreateCompleted()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
