using Breeze.Core.Events;
using Breeze.Features.Alerting.OnCall;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>Looks on every node for steps and hand-overs that are due.</summary>
public sealed partial class EscalationClock(EscalationRunner runner, HandOvers handOvers, EventBus bus, TimeProvider time, ILogger<EscalationClock> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hints = bus.Subscribe(AlertTopics.Escalations, capacity: 1);
        try
        {
            while (true)
            {
                var wait = Pause;
                try
                {
                    while (await runner.RunAsync(stoppingToken) > 0)
                    {
                    }
                    while (await handOvers.RunAsync(stoppingToken) > 0)
                    {
                    }
                    if (await runner.NextAsync(stoppingToken) is { } next && next - time.GetUtcNow() is var left && left < Pause)
                    {
                        wait = left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(50);
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogFailed(logger, e.Message);
                }
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                pause.CancelAfter(wait);
                try
                {
                    await hints.Reader.ReadAsync(pause.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // Time to look: the bus may lose a word, and steps come due by themselves.
                }
            }
        }
        finally
        {
            bus.Unsubscribe(AlertTopics.Escalations, hints);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Escalation policies could not be looked at and will be in 5 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
