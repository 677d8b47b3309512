using Breeze.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Healing;

/// <summary>Looks on every node for scripts of rules to run, and for what came of them.</summary>
public sealed partial class HealingClock(HealingRunner runner, EventBus bus, TimeProvider time, ILogger<HealingClock> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hints = bus.Subscribe(AlertTopics.Scripts, capacity: 1);
        try
        {
            while (true)
            {
                try
                {
                    while (await runner.RunAsync(stoppingToken) > 0)
                    {
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogFailed(logger, e.Message);
                }
                using var pause = new CancellationTokenSource(Pause, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, pause.Token);
                try
                {
                    await hints.Reader.ReadAsync(either.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // Time to look what has come back from devices.
                }
            }
        }
        finally
        {
            bus.Unsubscribe(AlertTopics.Scripts, hints);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Scripts of alert rules could not be looked at and will be in 2 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
