using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Keeps the engine going: rules and device sets fresh, states loaded, changes stored, ticks.</summary>
public sealed partial class AlertEvaluation(AlertEngine engine, Database database, EventBus bus, TimeProvider time, ILogger<AlertEvaluation> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first heartbeat is taken.
        await TryAsync(engine.LoadRulesAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RulesAsync(stoppingToken),
        WhenAsync(engine.Unknown.WaitToReadAsync, engine.LoadDevicesAsync, stoppingToken),
        WhenAsync(engine.Writer.WaitAsync, engine.DrainAsync, stoppingToken),
        WhenAsync(engine.Claims.WaitAsync, _ => { engine.ApplyClaims(); return Task.CompletedTask; }, stoppingToken),
        WindowsAsync(slow: false, stoppingToken),
        WindowsAsync(slow: true, stoppingToken),
        TicksAsync(stoppingToken));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(engine.DrainAsync, cancellationToken);
    }

    async Task RulesAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in bus.ListenAsync(AlertTopics.Rules, cancellationToken))
        {
            await TryAsync(engine.LoadRulesAsync, cancellationToken);
        }
    }

    async Task WindowsAsync(bool slow, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await TryAsync(token => engine.RefreshDueWindowsAsync(slow, token), cancellationToken);
        }
    }

    async Task TicksAsync(CancellationToken cancellationToken)
    {
        await using var leader = new AlertLeader(database);
        var ticks = new AlertTicks(database, engine, time);
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await TryAsync(
                async token =>
                {
                    await engine.LoadRulesAsync(token);
                    await engine.RefreshDueSetsAsync(token);
                    await engine.LookAsync(token);
                    if (await leader.IsLeaderAsync(token))
                    {
                        await ticks.RunAsync(token);
                    }
                }, cancellationToken);
        }
    }

    async Task WhenAsync(Func<CancellationToken, ValueTask<bool>> wait, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        while (await wait(cancellationToken))
        {
            while (!await TryAsync(act, cancellationToken))
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    async Task<bool> TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Alerting's work is delayed and tried again: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
