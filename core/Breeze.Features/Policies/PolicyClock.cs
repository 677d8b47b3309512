using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Policies;

/// <summary>Has the policies judged twice a minute.</summary>
public sealed partial class PolicyClock(PolicyRunner runner, TimeProvider time, ILogger<PolicyClock> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await runner.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The devices of policies could not be judged and will be soon: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
