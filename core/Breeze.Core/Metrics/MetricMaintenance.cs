using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Metrics;

/// <summary>Makes partitions ahead and removes what is no longer kept. Idempotent, so every node may do it.</summary>
public sealed partial class MetricMaintenance(Database database, MetricRetention retention, TimeProvider time, ILogger<MetricMaintenance> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        for (var day = today.AddDays(-1); day <= today.AddDays(3); day = day.AddDays(1))
        {
            await MetricPartitions.EnsureAsync(database, day, cancellationToken);
        }
        await retention.RunAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The metric partitions could not be tended and will be in an hour: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
