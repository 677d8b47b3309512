using Breeze.Core.Events;

namespace Breeze.Features.Alerting;

/// <summary>Work that is done when somebody says that there is some, and now and then anyway: the bus may lose a word, and some things come due by themselves.</summary>
static class HintedLoop
{
    /// <param name="bus">Where it is said.</param>
    /// <param name="topic">By which topic.</param>
    /// <param name="work">One look at what there is; answers how long to wait for a word before the next.</param>
    /// <param name="failed">What to do about a look that failed; answers the same.</param>
    /// <param name="stopping">Ends it, by an exception.</param>
    public static async Task RunAsync(EventBus bus, string topic, Func<CancellationToken, Task<TimeSpan>> work, Func<Exception, TimeSpan> failed, CancellationToken stopping)
    {
        var hints = bus.Subscribe(topic, capacity: 1);
        try
        {
            while (true)
            {
                TimeSpan wait;
                try
                {
                    wait = await work(stopping);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    wait = failed(e);
                }
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                pause.CancelAfter(wait);
                try
                {
                    await hints.Reader.ReadAsync(pause.Token);
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    // Time for another look.
                }
            }
        }
        finally
        {
            bus.Unsubscribe(topic, hints);
        }
    }
}
