using System.Diagnostics;

namespace Breeze.Agent.Cli;

/// <summary>Ends this agent with the process that started it, however that one ends.</summary>
static class ParentWatch
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(int processId, CancellationTokenSource stop)
    {
        try
        {
            using var parent = Process.GetProcessById(processId);
            using var timer = new PeriodicTimer(Interval);
            while (!parent.HasExited)
            {
                await timer.WaitForNextTickAsync(stop.Token);
            }
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // There is no such process any more.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await stop.CancelAsync();
    }
}
