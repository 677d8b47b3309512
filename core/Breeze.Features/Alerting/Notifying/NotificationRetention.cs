using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>The delivery log goes back three months; links that are too old to act are of no use.</summary>
public sealed partial class NotificationRetention(Database database, TimeProvider time, ILogger<NotificationRetention> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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
    }

    /// <summary>Answers how many lines of the log went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using (var links = database.System.CreateCommand("DELETE FROM alert_links WHERE expires_at < $1"))
        {
            links.Parameters.Add(new() { Value = time.GetUtcNow() });
            await links.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var bell = database.System.CreateCommand("DELETE FROM bell_notices WHERE at < $1"))
        {
            bell.Parameters.Add(new() { Value = time.GetUtcNow() - NotificationLimits.BellKept });
            await bell.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var command = database.System.CreateCommand("DELETE FROM notifications WHERE finished_at < $1");
        command.Parameters.Add(new() { Value = time.GetUtcNow() - NotificationLimits.Kept });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Old notifications could not be deleted and will be in an hour: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
