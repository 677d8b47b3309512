using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Metrics;

/// <summary>Makes partitions ahead and drops those that no partner keeps any more. Idempotent, so every node may do it.</summary>
public sealed partial class MetricMaintenance(Database database, TimeProvider time, ILogger<MetricMaintenance> logger) : BackgroundService
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
        await using var command = database.System.CreateCommand("SELECT coalesce(max(metric_retention_days), 90) FROM partners");
        var days = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        await MetricPartitions.DropBeforeAsync(database, today.AddDays(-days), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The metric partitions could not be tended and will be in an hour: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
