using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Queue;

/// <summary>Stores commands, and with those of a stored script that it ran, in one statement: there is no command without its run, and no run without its command.</summary>
static class CommandInsert
{
    /// <summary>Answers the id, device and organization of each that was stored.</summary>
    /// <param name="connection">The devices are read under its row-level security, so that the statement reaches no further than its owner.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="deviceIds">On which devices.</param>
    /// <param name="createdBy">Who asked.</param>
    /// <param name="now">When.</param>
    /// <param name="also">What else a device has to be.</param>
    public static NpgsqlCommand Of(NpgsqlConnection connection, CommandSpec spec, IReadOnlyList<Guid> deviceIds, Guid? createdBy, DateTimeOffset now, string also = "")
    {
        var insert =
            $"""
            INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at, created_by)
            SELECT v.id, d.partner_id, d.organization_id, d.id, $3, $4, $5, $6, $7, $8
            FROM unnest($1, $2) AS v (id, device_id)
            -- OFFSET 0 keeps the lookups one by one: the planner knows nothing of the array, and would rather begin at the organizations.
            CROSS JOIN LATERAL (
                SELECT d.id, d.partner_id, d.organization_id FROM devices d JOIN organizations o ON o.id = d.organization_id AND o.status = 'active'
                JOIN partners p ON p.id = d.partner_id AND p.status = 'active' WHERE d.id = v.device_id {also} OFFSET 0) AS d
            """;
        var command = new NpgsqlCommand(
            spec.Script is null ? $"{insert} RETURNING id, device_id, organization_id" :
                $"""
                WITH made AS ({insert} RETURNING id, partner_id, organization_id, device_id),
                ran AS (
                    INSERT INTO script_executions (id, partner_id, organization_id, device_id, script_id, version, command_id, runtime, content_sha256, created_by, created_at)
                    -- A script that went a moment ago has run all the same.
                    SELECT id, partner_id, organization_id, device_id, (SELECT s.id FROM scripts s WHERE s.id = $9), $10, id, $11, $12, $8, $7 FROM made)
                SELECT id, device_id, organization_id FROM made
                """, connection)
        {
            Parameters =
            {
                new() { Value = deviceIds.Select(_ => Guid.CreateVersion7(now)).ToArray() }, new() { Value = deviceIds.ToArray() }, new() { Value = spec.Type },
                new() { Value = spec.Payload.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = spec.TimeoutSeconds }, new() { Value = spec.ExpiresAt ?? now.AddDays(1) }, new() { Value = now },
                new() { Value = (object?)createdBy ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            },
        };
        if (spec.Script is { } script)
        {
            command.Parameters.Add(new() { Value = script.ScriptId });
            command.Parameters.Add(new() { Value = script.Version });
            command.Parameters.Add(new() { Value = script.Runtime });
            command.Parameters.Add(new() { Value = script.Sha256 });
        }
        return command;
    }
}
