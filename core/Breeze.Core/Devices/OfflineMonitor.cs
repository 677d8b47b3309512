using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Devices;

/// <summary>
/// Declares devices offline that missed an interval and its grace. It begins two intervals after the start, so that a restart of the server
/// is nobody's outage.
/// </summary>
public sealed partial class OfflineMonitor(
    Database database, AgentConfigurations configurations, DeviceEvents events, TimeProvider time, ILogger<OfflineMonitor> logger) : BackgroundService
{
    // The interval is jittered by a tenth.
    const int PercentOfInterval = 125;
    const int GraceSeconds = 15;

    // What was heard of a device may be stored a second after it counts.
    const int EarlierSeconds = 5;

    /// <summary>After what silence, in milliseconds, a device may have been declared offline.</summary>
    public static long MayHaveGoneAfterMs(int intervalSeconds) => (intervalSeconds * PercentOfInterval * 10L) + ((GraceSeconds - EarlierSeconds) * 1000);

    /// <summary>The silence after which <c>devices d</c> counts as offline, in SQL.</summary>
    internal static string Silence(string defaultInterval) => $"make_interval(secs => coalesce(d.heartbeat_interval_seconds, {defaultInterval}) * {PercentOfInterval} / 100.0 + {GraceSeconds})";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(configurations.DefaultIntervalSeconds * 2), time, stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            $"""
            WITH gone AS (
                UPDATE devices d SET status = 'offline', updated_at = now() FROM device_presence p
                WHERE p.device_id = d.id AND d.status = 'online'
                  AND p.last_seen_at < $1 - {Silence("$2")}
                RETURNING d.id, d.partner_id, d.organization_id),
            -- Whoever does not check in has no channel either, whatever a node that died has left behind.
            closed AS (UPDATE device_presence SET live_since = NULL, live_node = NULL WHERE device_id IN (SELECT id FROM gone) AND live_since IS NOT NULL)
            INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type)
            SELECT breeze_uuid7(), partner_id, organization_id, id, 'device.offline' FROM gone RETURNING device_id
            """);
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        command.Parameters.Add(new() { Value = configurations.DefaultIntervalSeconds });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            events.StatusChanged(reader.GetGuid(0), DeviceStatus.Offline);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Devices could not be checked for being offline: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
