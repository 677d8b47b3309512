namespace Breeze.PluginHost;

/// <summary>Counts the users of a generation and closes for new ones. Entering costs one interlocked operation.</summary>
sealed class LeaseGate
{
    const int Closed = int.MinValue;

    readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int state;

    public int Count => Volatile.Read(ref state) & ~Closed;

    /// <summary>Completes when the gate is closed and the last user has left.</summary>
    public Task Drained => drained.Task;

    public bool TryEnter()
    {
        var seen = Volatile.Read(ref state);
        while (seen >= 0)
        {
            var before = Interlocked.CompareExchange(ref state, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref state) == Closed)
        {
            drained.TrySetResult();
        }
    }

    public void Close()
    {
        if (Interlocked.Or(ref state, Closed) is 0 or Closed)
        {
            drained.TrySetResult();
        }
    }
}
