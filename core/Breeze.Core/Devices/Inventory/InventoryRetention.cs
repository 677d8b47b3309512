using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Devices;

/// <summary>Drops changes and log entries that are too old. How many a device may have is seen to as they are written.</summary>
public sealed partial class InventoryRetention(Database database, TimeProvider time, ILogger<InventoryRetention> logger) : BackgroundService
{
    public const int LogDays = 30;
    public const int ChangeDays = 400;
    const int Batch = 20_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(6), time);
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
        var now = time.GetUtcNow();
        await DropAsync("device_log_entries", "at < $1", now.AddDays(-LogDays), cancellationToken);
        // Ids of version 7 are ordered by time, and the key is there already.
        await DropAsync("device_inventory_changes", "id < $1", Guid.CreateVersion7(now.AddDays(-ChangeDays)), cancellationToken);
    }

    /// <summary>In batches, so that no lock is held for long.</summary>
    async Task DropAsync(string table, string condition, object limit, CancellationToken cancellationToken)
    {
        int dropped;
        do
        {
            await using var command = database.System.CreateCommand($"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {condition} LIMIT {Batch}))");
            command.Parameters.Add(new() { Value = limit });
            dropped = await command.ExecuteNonQueryAsync(cancellationToken);
        }
        while (dropped == Batch);
    }

    [LoggerMessage(LogLevel.Warning, "Old inventory changes and log entries could not be dropped and will be in six hours: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
