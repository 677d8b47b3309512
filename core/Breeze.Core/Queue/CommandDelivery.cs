using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Protocol;
using Npgsql;

namespace Breeze.Core.Queue;

/// <summary>
/// The part of the queue that thousands of agents need in the same second, when a command goes to all of them: handing out and confirming. Agents that
/// come at the same time share a statement.
/// </summary>
public sealed class CommandDelivery
{
    const int Lanes = 2;
    const int MostAtOnce = 500;

    readonly Database _database;
    readonly DeviceEvents _events;
    readonly TimeProvider _time;
    readonly Gatherer<(Guid DeviceId, int Maximum), IReadOnlyList<AgentCommand>> _claims;
    readonly Gatherer<(Guid DeviceId, Guid CommandId), bool> _starts;

    public CommandDelivery(Database database, DeviceEvents events, TimeProvider time)
    {
        (_database, _events, _time) = (database, events, time);
        _claims = new(ClaimAsync, Lanes, MostAtOnce);
        _starts = new(StartAsync, Lanes, MostAtOnce);
    }

    /// <inheritdoc cref="IDeviceQueue.ClaimAsync"/>
    public Task<IReadOnlyList<AgentCommand>> ClaimAsync(Guid deviceId, int maximum, CancellationToken cancellationToken) => _claims.AskAsync((deviceId, maximum), cancellationToken);

    /// <inheritdoc cref="IDeviceQueue.MarkStartedAsync"/>
    public Task<bool> MarkStartedAsync(Guid deviceId, Guid commandId, CancellationToken cancellationToken) => _starts.AskAsync((deviceId, commandId), cancellationToken);

    async Task<IReadOnlyList<IReadOnlyList<AgentCommand>>> ClaimAsync(IReadOnlyList<(Guid DeviceId, int Maximum)> asked)
    {
        // A device that asks twice at once, by its channel and its heartbeat, gets everything by the first.
        var claimed = new Dictionary<Guid, List<AgentCommand>>(asked.Count);
        var answers = asked.Select(a => claimed.TryAdd(a.DeviceId, []) ? claimed[a.DeviceId] : []).ToArray();
        var now = _time.GetUtcNow();
        await using var command = _database.System.CreateCommand(
            """
            UPDATE device_commands c SET status = 'sent', attempts = attempts + 1, lease_until = $3, sent_at = coalesce(sent_at, $4)
            WHERE c.id IN (
                -- OFFSET 0 keeps the lookups one by one: the planner knows nothing of the array, and would rather begin at the organizations.
                SELECT f.id FROM unnest($1, $2) AS w (device_id, most)
                CROSS JOIN LATERAL (
                    SELECT 1 FROM devices d JOIN organizations o ON o.id = d.organization_id AND o.status = 'active' JOIN partners p ON p.id = d.partner_id AND p.status = 'active'
                    WHERE d.id = w.device_id AND d.status <> 'quarantined' AND d.approval = 'approved' OFFSET 0) AS served
                CROSS JOIN LATERAL (
                    -- As a CASE, so that no index serves it but the one by device: others look cheaper right after a burst, and are walked once for each device.
                    SELECT q.id FROM device_commands q WHERE q.device_id = w.device_id AND q.status IN ('queued', 'sent', 'running') AND q.expires_at > $4 AND q.attempts < $5
                        AND CASE q.status WHEN 'queued' THEN true WHEN 'sent' THEN q.lease_until <= $4 ELSE false END
                    ORDER BY q.id LIMIT w.most FOR UPDATE SKIP LOCKED) AS f)
            RETURNING c.device_id, c.id, c.type, c.payload, c.timeout_seconds
            """);
        var first = asked.DistinctBy(a => a.DeviceId).ToArray();
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = first.Select(a => a.DeviceId).ToArray() }, new() { Value = first.Select(a => a.Maximum).ToArray() },
            new() { Value = now + DeviceQueue.Lease }, new() { Value = now }, new() { Value = DeviceQueue.MaximumAttempts },
        });
        var (text, payload) = ("", default(JsonElement));
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                // A command to many has the same payload for each of them.
                if (reader.GetString(3) is var given && given != text)
                {
                    (text, payload) = (given, JsonElement.Parse(given));
                }
                claimed[reader.GetGuid(0)].Add(new(reader.GetGuid(1), reader.GetString(2), payload, reader.GetInt32(4)));
            }
        }
        foreach (var (deviceId, commands) in claimed)
        {
            // UUIDs of version 7 sort by age.
            commands.Sort((a, b) => a.Id.CompareTo(b.Id));
            commands.ForEach(c => _events.CommandChanged(c.Id, deviceId, CommandStatus.Sent));
        }
        return answers;
    }

    async Task<IReadOnlyList<bool>> StartAsync(IReadOnlyList<(Guid DeviceId, Guid CommandId)> asked)
    {
        var now = _time.GetUtcNow();
        await using var command = _database.System.CreateCommand(
            """
            -- In one order, so that statements that share rows wait for each other and not in a circle.
            WITH mine AS (
                SELECT c.id FROM device_commands c JOIN unnest($1, $2) AS v (device_id, id) ON v.id = c.id AND v.device_id = c.device_id
                WHERE c.status IN ('queued', 'sent') ORDER BY c.id FOR UPDATE OF c)
            UPDATE device_commands c SET status = 'running', started_at = coalesce(started_at, $3), lease_until = $4 FROM mine WHERE c.id = mine.id RETURNING c.id
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = asked.Select(a => a.DeviceId).ToArray() }, new() { Value = asked.Select(a => a.CommandId).ToArray() },
            new() { Value = now }, new() { Value = now + DeviceQueue.Lease },
        });
        var started = new HashSet<Guid>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                started.Add(reader.GetGuid(0));
            }
        }
        foreach (var (deviceId, commandId) in asked.Where(a => started.Contains(a.CommandId)))
        {
            _events.CommandChanged(commandId, deviceId, CommandStatus.Running);
        }
        return [.. asked.Select(a => started.Contains(a.CommandId))];
    }
}
