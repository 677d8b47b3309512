using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>Takes devices out of maintenance, when somebody says so or its end has come: then they are what their last check-in says.</summary>
public sealed partial class Maintenance(Database database, AgentConfigurations configurations, DeviceEvents events, TimeProvider time, ILogger<Maintenance> logger) : BackgroundService
{
    static readonly string State =
        $"""
        CASE WHEN p.last_seen_at IS NULL THEN 'pending'
             WHEN p.last_seen_at < $2 - {OfflineMonitor.Silence("$3")} THEN 'offline' ELSE 'online' END
        """;

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

    /// <summary>Ends the maintenance whose time has come.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var due = new List<Guid>();
        await using (var select = database.System.CreateCommand("SELECT id FROM devices WHERE status = 'maintenance' AND maintenance_until <= $1 LIMIT 10000"))
        {
            select.Parameters.Add(new() { Value = time.GetUtcNow() });
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                due.Add(reader.GetGuid(0));
            }
        }
        if (due.Count == 0)
        {
            return;
        }
        IReadOnlyDictionary<Guid, string> ended;
        await using (var connection = await database.System.OpenConnectionAsync(cancellationToken))
        {
            ended = await EndAsync(connection, due, cancellationToken);
        }
        foreach (var (id, status) in ended)
        {
            events.StatusChanged(id, status);
        }
    }

    /// <summary>Answers the devices that were in maintenance, with what they are now.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> EndAsync(NpgsqlConnection connection, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        await using var update = new NpgsqlCommand(
            $"""
            UPDATE devices d SET status = {State}, maintenance_until = NULL, updated_at = now()
            FROM devices o LEFT JOIN device_presence p ON p.device_id = o.id
            WHERE o.id = d.id AND d.id = ANY ($1) AND d.status = 'maintenance' RETURNING d.id, d.status
            """, connection)
        {
            Parameters = { new() { Value = deviceIds.ToArray() }, new() { Value = time.GetUtcNow() }, new() { Value = configurations.DefaultIntervalSeconds } },
        };
        return await ReadAsync(update, cancellationToken);
    }

    public async Task PublishAsync(IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        await using var select = database.System.CreateCommand("SELECT id, status FROM devices WHERE id = ANY ($1)");
        select.Parameters.Add(new() { Value = deviceIds.ToArray() });
        foreach (var (id, status) in await ReadAsync(select, cancellationToken))
        {
            events.StatusChanged(id, status);
        }
    }

    static async Task<IReadOnlyDictionary<Guid, string>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var states = new Dictionary<Guid, string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            states[reader.GetGuid(0)] = reader.GetString(1);
        }
        return states;
    }

    [LoggerMessage(LogLevel.Warning, "Maintenance that is over could not be ended and will be in 15 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
