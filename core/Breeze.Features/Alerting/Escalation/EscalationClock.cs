using Breeze.Core.Events;
using Breeze.Features.Alerting.OnCall;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>Looks on every node for steps and hand-overs that are due.</summary>
public sealed partial class EscalationClock(EscalationRunner runner, HandOvers handOvers, EventBus bus, TimeProvider time, ILogger<EscalationClock> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => HintedLoop.RunAsync(
        bus, AlertTopics.Escalations, async token =>
        {
            while (await runner.RunAsync(token) > 0)
            {
            }
            while (await handOvers.RunAsync(token) > 0)
            {
            }
            return await runner.NextAsync(token) is { } next && next - time.GetUtcNow() is var left && left < Pause
                ? left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(50) : Pause;
        }, e =>
        {
            LogFailed(logger, e.Message);
            return Pause;
        }, stoppingToken);

    [LoggerMessage(LogLevel.Warning, "Escalation policies could not be looked at and will be in 5 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
