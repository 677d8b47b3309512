namespace Breeze.Core.Storage;

/// <summary>
/// Lets callers that ask at the same time share one statement: while some run, the next callers gather and go together. Whoever asks alone does not wait.
/// </summary>
/// <param name="run">Answers a batch in its order. What it throws, every caller of the batch gets.</param>
/// <param name="lanes">How many batches may run at the same time.</param>
/// <param name="most">How many callers go together.</param>
sealed class Gatherer<TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run, int lanes, int most)
{
    readonly Lock _gate = new();
    readonly Queue<Caller> _waiting = new();
    int _running;

    public Task<TResult> AskAsync(TItem item, CancellationToken cancellationToken)
    {
        var caller = new Caller(item, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        lock (_gate)
        {
            _waiting.Enqueue(caller);
            if (_running < lanes)
            {
                _running++;
                _ = Task.Run(DrainAsync, CancellationToken.None);
            }
        }
        return caller.Answer.Task.WaitAsync(cancellationToken);
    }

    async Task DrainAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                var results = await run([.. batch.Select(c => c.Item)]);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Answer.TrySetResult(results[i]);
                }
            }
            catch (Exception e)
            {
                batch.ForEach(c => c.Answer.TrySetException(e));
            }
        }
    }

    /// <summary>The callers that still wait for an answer; none of them ends the lane.</summary>
    List<Caller> Next()
    {
        var batch = new List<Caller>();
        lock (_gate)
        {
            while (batch.Count < most && _waiting.TryDequeue(out var caller))
            {
                if (!caller.Cancellation.IsCancellationRequested)
                {
                    batch.Add(caller);
                }
            }
            if (batch.Count == 0)
            {
                _running--;
            }
        }
        return batch;
    }

    sealed record Caller(TItem Item, TaskCompletionSource<TResult> Answer, CancellationToken Cancellation);
}
