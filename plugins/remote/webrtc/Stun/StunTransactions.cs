using System.Collections.Concurrent;

namespace Breeze.WebRtc.Stun;

/// <summary>The requests of one client that wait for an answer.</summary>
sealed class StunTransactions(TimeProvider time)
{
    readonly ConcurrentDictionary<StunTransactionId, Open> _open = [];

    public int Count => _open.Count;

    /// <summary>Sends until the answer is here; null when none came. An answer that <paramref name="accept"/> refuses is as if it had never come.</summary>
    public async Task<StunMessage?> RequestAsync(
        StunTransactionId id, Action send, Func<StunMessage, bool> accept, StunRetransmission how, CancellationToken cancellationToken)
    {
        var open = new Open(accept);
        _open[id] = open;
        try
        {
            for (var sent = 1; sent <= how.Count; sent++)
            {
                send();
                try
                {
                    return await open.Answer.Task.WaitAsync(how.After(sent), time, cancellationToken);
                }
                catch (TimeoutException)
                {
                    // Sent again, or given up.
                }
            }
            return null;
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>Whether the message answers one of them.</summary>
    public bool Deliver(StunMessage message) =>
        message.Class is StunClass.Success or StunClass.Error
        && _open.TryGetValue(message.Id, out var open)
        && open.Accept(message)
        && open.Answer.TrySetResult(message);

    sealed class Open(Func<StunMessage, bool> accept)
    {
        public Func<StunMessage, bool> Accept { get; } = accept;
        public TaskCompletionSource<StunMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
