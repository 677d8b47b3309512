using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Queue;

/// <summary>
/// The safety net of the queue: reminds devices of commands whose hint got lost, ends what expired, and gives up visibly what five
/// deliveries could not start or what never came back.
/// </summary>
public sealed partial class QueueSweeper(Database database, WakeService wake, DeviceEvents events, TimeProvider time, ILogger<QueueSweeper> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15), time);
        do
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
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await FinishAsync("expired", "The device did not fetch the command before it expired.",
            "status = 'queued' AND expires_at <= $1", now, cancellationToken);
        await FinishAsync("failed", $"Delivered {DeviceQueue.MaximumAttempts} times without a confirmation from the agent; given up. Check the agent's log and send it again.",
            $"status = 'sent' AND lease_until <= $1 AND attempts >= {DeviceQueue.MaximumAttempts}", now, cancellationToken);
        await FinishAsync("expired", "The command was delivered, was never confirmed, and has expired.",
            "status = 'sent' AND lease_until <= $1 AND expires_at <= $1", now, cancellationToken);
        await FinishAsync("timeout", "The agent started the command and did not report back within a day after its time-out.",
            "status = 'running' AND lease_until <= $1 AND started_at + make_interval(secs => timeout_seconds) < $1 - interval '1 day'", now, cancellationToken);

        await using var pending = database.System.CreateCommand(
            """
            SELECT DISTINCT c.device_id FROM device_commands c
            -- What waits for a suspended tenant is not handed out, so there is nothing to come for.
            JOIN organizations o ON o.id = c.organization_id AND o.status = 'active' JOIN partners p ON p.id = c.partner_id AND p.status = 'active'
            WHERE c.status = 'queued' OR (c.status = 'sent' AND c.lease_until <= $1)
            """);
        pending.Parameters.Add(new() { Value = now });
        await using var reader = await pending.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            wake.WakeLocally(reader.GetGuid(0));
        }
    }

    async Task FinishAsync(string status, string reason, string condition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            $"""
            WITH ended AS (
                UPDATE device_commands SET status = $2, finished_at = $1, lease_until = NULL WHERE id IN (
                    SELECT id FROM device_commands WHERE {condition} LIMIT 5000 FOR UPDATE SKIP LOCKED)
                RETURNING id, device_id),
            stored AS (
                INSERT INTO command_results (command_id, device_id, status, stderr, received_at)
                SELECT id, device_id, $2, $3, $1 FROM ended ON CONFLICT DO NOTHING)
            SELECT id, device_id FROM ended
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = reason });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            events.CommandChanged(reader.GetGuid(0), reader.GetGuid(1), status);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The queue could not be swept and will be in 15 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
