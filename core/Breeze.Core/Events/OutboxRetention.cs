using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Events;

/// <summary>Events are for those who act on them soon; after a week they are deleted, acted on or not.</summary>
public sealed partial class OutboxRetention(Database database, TimeProvider time, ILogger<OutboxRetention> logger) : BackgroundService
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

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

    /// <summary>Answers how many events went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("DELETE FROM outbox_events WHERE created_at < $1");
        command.Parameters.Add(new() { Value = time.GetUtcNow() - Kept });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Old events could not be deleted and will be in an hour: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
