namespace Breeze.PluginHost;

/// <summary>Calls into plugin code with a deadline that holds even when the code ignores its token or blocks its thread.</summary>
static class PluginCall
{
    public static async Task<PluginCallOutcome> RunAsync(
        Func<CancellationToken, ValueTask> call, TimeSpan deadline, TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(deadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var token = linked.Token;
        var running = Task.Run(() => call(token).AsTask(), CancellationToken.None);
        try
        {
            await running.WaitAsync(deadline, time, cancellationToken);
            return PluginCallOutcome.Completed;
        }
        catch (Exception exception) when (!running.IsCompleted && exception is TimeoutException or OperationCanceledException)
        {
            // The token has been cancelled, or is about to be; what respects it ends now.
            await linked.CancelAsync();
            await Task.WhenAny(running, Task.Delay(grace, time, CancellationToken.None));
            var ended = Observe(running);
            return PluginCallOutcome.TimedOut(ended.IsCompleted ? null : ended);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return PluginCallOutcome.TimedOut(null);
        }
        catch (Exception exception)
        {
            // As text: the exception object itself would keep the plugin's code in memory for as long as somebody holds it.
            return PluginCallOutcome.Threw($"{exception.GetType().Name}: {exception.Message}", exception.ToString());
        }
    }

    /// <summary>A task that ends with the given one and never fails.</summary>
    static Task Observe(Task running) =>
        running.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
