using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Devices;

/// <summary>Keeps the members of dynamic groups current: three times a minute.</summary>
public sealed partial class DynamicGroupKeeper(DynamicGroups groups, TimeProvider time, ILogger<DynamicGroupKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(20), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await groups.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The members of dynamic groups could not be brought up to date and will be soon: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
