namespace Breeze.Remote.Files.Wire;

/// <summary>Who may send next: words before bulk, and of each the one who has waited longest, so that transfers take turns and a small answer waits for one piece at most.</summary>
sealed class Turns
{
    readonly Lock _gate = new();
    readonly Queue<TaskCompletionSource> _words = [];
    readonly Queue<TaskCompletionSource> _bulk = [];
    bool _taken;

    public async ValueTask WaitAsync(bool bulk, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (!_taken)
            {
                _taken = true;
                return;
            }
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (bulk ? _bulk : _words).Enqueue(turn);
        }
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn).ConfigureAwait(false))
            await turn.Task.ConfigureAwait(false);
    }

    public void Pass()
    {
        lock (_gate)
        {
            // Who has given up meanwhile does not get it.
            while (_words.TryDequeue(out var next) || _bulk.TryDequeue(out next))
            {
                if (next.TrySetResult())
                    return;
            }
            _taken = false;
        }
    }
}
