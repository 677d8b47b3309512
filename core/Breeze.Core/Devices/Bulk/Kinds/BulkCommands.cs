using Breeze.Core.Queue;
using Breeze.Core.Transport;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Queues the commands of an action in the transaction of its batch, and wakes the devices when it is stored.</summary>
public sealed class BulkCommands(WakeService wake, TimeProvider time)
{
    public async Task<IReadOnlyList<BulkItemResult>> QueueAsync(
        NpgsqlConnection connection, BulkAction action, CommandSpec spec, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at, created_by)
            SELECT v.id, d.partner_id, d.organization_id, d.id, $3, $4, $5, $6, $7, $8
            FROM unnest($1, $2) AS v (id, device_id)
            -- OFFSET 0 keeps the lookups one by one: the planner knows nothing of the array, and would rather begin at the organizations.
            CROSS JOIN LATERAL (
                SELECT d.id, d.partner_id, d.organization_id FROM devices d JOIN organizations o ON o.id = d.organization_id AND o.status = 'active'
                JOIN partners p ON p.id = d.partner_id AND p.status = 'active' WHERE d.id = v.device_id OFFSET 0) AS d
            RETURNING device_id, id
            """, connection)
        {
            Parameters =
            {
                new() { Value = deviceIds.Select(_ => Guid.CreateVersion7(now)).ToArray() }, new() { Value = deviceIds.ToArray() }, new() { Value = spec.Type },
                new() { Value = spec.Payload.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = spec.TimeoutSeconds },
                new() { Value = spec.ExpiresAt ?? now.AddDays(1) }, new() { Value = now }, new() { Value = action.UserId },
            },
        };
        var queued = new Dictionary<Guid, Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            queued[reader.GetGuid(0)] = reader.GetGuid(1);
        }
        return [.. deviceIds.Select(id => queued.TryGetValue(id, out var commandId)
            ? new BulkItemResult(id, "done", CommandId: commandId) : new(id, "skipped", "The device's organization is suspended or closed."))];
    }

    public void Wake(IReadOnlyList<BulkItemResult> results) => wake.Wake([.. results.Where(r => r.CommandId is not null).Select(r => r.DeviceId)]);
}
