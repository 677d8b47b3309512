using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Queue;

/// <inheritdoc cref="IDeviceQueue"/>
public sealed class DeviceQueue(Database database, CommandDelivery delivery, WakeService wake, DeviceEvents events, IAuditLog audit, TimeProvider time) : IDeviceQueue
{
    /// <summary>How long an agent has to confirm a command before it is handed out again.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    /// <summary>After so many deliveries without a confirmation a command is given up, visibly.</summary>
    public const int MaximumAttempts = 5;

    public const int MaximumOutput = 1 << 20;

    public async Task<IReadOnlyList<QueuedCommand>> EnqueueAsync(
        AccessScope scope, IReadOnlyList<Guid> deviceIds, CommandSpec spec, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = CommandInsert.Of(connection, spec, deviceIds, scope.UserId, now, "AND d.status <> 'quarantined'");
        var queued = new List<QueuedCommand>(deviceIds.Count);
        var organizations = new List<Guid>(deviceIds.Count);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                queued.Add(new(reader.GetGuid(0), reader.GetGuid(1)));
                organizations.Add(reader.GetGuid(2));
            }
        }
        // Here and not at the callers, so that no way of giving a command leaves it out.
        foreach (var organization in queued.Zip(organizations).GroupBy(q => q.Second, q => q.First))
        {
            await RecordAsync(scope, spec.Type, organization.Key, [.. organization], cancellationToken);
        }
        wake.Wake([.. queued.Select(q => q.DeviceId)]);
        return queued;
    }

    /// <summary>One entry for each organization, however many devices: the commands' rows name the rest.</summary>
    Task RecordAsync(AccessScope scope, string type, Guid organizationId, List<QueuedCommand> queued, CancellationToken cancellationToken)
    {
        var detail = new JsonObject { ["type"] = type, ["count"] = queued.Count, ["command_id"] = queued[0].Id.ToString() };
        if (queued.Count > 1)
        {
            detail["last_command_id"] = queued[^1].Id.ToString();
        }
        return audit.WriteAsync(scope, new AuditRecord("device.command_queued", "device", queued.Count == 1 ? queued[0].DeviceId.ToString() : "")
        {
            OrganizationId = organizationId,
            Detail = detail.ToJsonString(),
        }, cancellationToken);
    }

    public Task<IReadOnlyList<AgentCommand>> ClaimAsync(Guid deviceId, int maximum, CancellationToken cancellationToken) => delivery.ClaimAsync(deviceId, maximum, cancellationToken);

    public Task<bool> MarkStartedAsync(Guid deviceId, Guid commandId, CancellationToken cancellationToken) => delivery.MarkStartedAsync(deviceId, commandId, cancellationToken);

    public async Task ReleaseAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        // The delivery did not count: a flapping link must not use up the attempts.
        await using var command = database.System.CreateCommand(
            "UPDATE device_commands SET lease_until = $2, attempts = greatest(attempts - 1, 0) WHERE device_id = $1 AND status = 'sent' AND lease_until > $2");
        command.Parameters.Add(new() { Value = deviceId });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> BelongsToAsync(Guid deviceId, Guid commandId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT 1 FROM device_commands WHERE id = $1 AND device_id = $2");
        command.Parameters.Add(new() { Value = commandId });
        command.Parameters.Add(new() { Value = deviceId });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public async Task RenewAsync(Guid deviceId, IReadOnlyList<Guid> commandIds, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            """
            WITH mine AS (
                SELECT id FROM device_commands WHERE device_id = $1 AND id = ANY ($2) AND status IN ('queued', 'sent', 'running') ORDER BY id FOR UPDATE)
            UPDATE device_commands c SET status = 'running', started_at = coalesce(started_at, $3), lease_until = $4 FROM mine WHERE c.id = mine.id
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = deviceId }, new() { Value = commandIds.ToArray() }, new() { Value = now }, new() { Value = now + Lease },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<ResultOutcome> StoreResultAsync(Guid deviceId, Guid commandId, CommandResult result, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            """
            WITH known AS (SELECT id FROM device_commands WHERE id = $1 AND device_id = $2),
            stored AS (
                INSERT INTO command_results (command_id, device_id, status, exit_code, stdout, stderr, received_at)
                SELECT id, $2, $3, $4, $5, $6, $7 FROM known ON CONFLICT DO NOTHING RETURNING command_id),
            finished AS (
                UPDATE device_commands SET status = $3, lease_until = NULL, finished_at = $7, started_at = coalesce(started_at, $8), sent_at = coalesce(sent_at, $7)
                WHERE id IN (SELECT command_id FROM stored) RETURNING id, partner_id, organization_id),
            event AS (
                INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type, payload)
                SELECT breeze_uuid7(), partner_id, organization_id, $2, 'command.finished', jsonb_build_object('command_id', id, 'status', $3::text) FROM finished)
            SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM stored)
            """);
        var started = result.StartedAt is { } startedMs ? Bounded(startedMs, now) : now;
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = commandId }, new() { Value = deviceId }, new() { Value = result.Status, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)result.ExitCode ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new() { Value = AgentText.CleanOutput(result.Stdout ?? "", MaximumOutput + 256) },
            new() { Value = AgentText.CleanOutput(result.Stderr ?? "", MaximumOutput + 256) },
            new() { Value = now }, new() { Value = started },
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetInt64(0) == 0)
        {
            return ResultOutcome.NotFound;
        }
        if (reader.GetInt64(1) == 0)
        {
            return ResultOutcome.Duplicate;
        }
        events.CommandChanged(commandId, deviceId, result.Status);
        return ResultOutcome.Stored;
    }

    public async Task<bool> CancelAsync(AccessScope scope, Guid deviceId, Guid commandId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using (var connection = await database.OpenAsync(scope, cancellationToken))
        await using (var request = new NpgsqlCommand(
            """
            UPDATE device_commands SET cancel_requested_at = coalesce(cancel_requested_at, $3)
            WHERE id = $1 AND device_id = $2 AND finished_at IS NULL RETURNING status
            """, connection)
        {
            Parameters = { new() { Value = commandId }, new() { Value = deviceId }, new() { Value = now } },
        })
        {
            if (await request.ExecuteScalarAsync(cancellationToken) is not string status)
            {
                return false;
            }
            await audit.WriteAsync(scope, new AuditRecord("device.command_cancelled", "command", commandId.ToString()), cancellationToken);
            if (status != CommandStatus.Queued)
            {
                wake.Cancel(deviceId, commandId);
                return true;
            }
        }
        // Nobody has it yet, so nobody else can give its result.
        var cancelled = new CommandResult(CommandStatus.Cancelled, null, "", "Cancelled before the device fetched it.");
        await StoreResultAsync(deviceId, commandId, cancelled, cancellationToken);
        wake.Cancel(deviceId, commandId);
        return true;
    }

    /// <summary>A device's clock may be anywhere; a start in the future or in the last century is not worth showing.</summary>
    static DateTimeOffset Bounded(long unixMs, DateTimeOffset now)
    {
        var earliest = now.AddDays(-30).ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, earliest, now.ToUnixTimeMilliseconds()));
    }
}
