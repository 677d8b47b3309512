using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices.Bulk;

/// <summary>The statements of one batch, all within its transaction.</summary>
static class BulkBatch
{
    /// <summary>Null when it has ended or another node has it.</summary>
    public static async Task<BulkAction?> ClaimAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT a.partner_id, a.user_id, a.kind, a.title, a.parameters::text, a.total, a.done, a.failed, a.skipped, a.organization_ids, a.site_ids, a.membership_id
            FROM bulk_actions a WHERE a.id = $1 AND a.state IN ('queued', 'running') FOR UPDATE OF a SKIP LOCKED
            """, connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }
        return new BulkAction
        {
            Id = id, PartnerId = reader.GetGuid(0), UserId = reader.GetGuid(1), Kind = reader.GetString(2), Title = reader.GetString(3), Parameters = reader.GetString(4),
            Total = reader.GetInt32(5), Done = reader.GetInt32(6), Failed = reader.GetInt32(7), Skipped = reader.GetInt32(8),
            OrganizationIds = reader.IsDBNull(9) ? null : reader.GetFieldValue<Guid[]>(9), SiteIds = reader.IsDBNull(10) ? null : reader.GetFieldValue<Guid[]>(10),
            MembershipId = reader.IsDBNull(11) ? null : reader.GetGuid(11),
        };
    }

    /// <summary>The next devices, and those among them that it is not for any more.</summary>
    /// <param name="reach">Of whoever asked, as it is now.</param>
    /// <param name="after">Where the last batch ended, so that what is done already is not walked over again; empty is the beginning.</param>
    public static async Task<(List<Guid> Fit, List<BulkItemResult> Unfit, Guid Last)> ReadAsync(
        NpgsqlConnection connection, BulkAction action, AccessScope reach, Guid after, int size, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT i.device_id, d.partner_id = $2 AND ($3 IS NULL OR d.organization_id = ANY ($3)) AND ($4 IS NULL OR d.site_id = ANY ($4))
                AND ($6 IS NULL OR d.organization_id = ANY ($6)) AND ($7 IS NULL OR d.site_id = ANY ($7)), d.status = 'quarantined', d.approval = 'waiting'
            FROM bulk_action_items i JOIN devices d ON d.id = i.device_id WHERE i.action_id = $1 AND i.state = 'queued' AND i.device_id > $8 ORDER BY i.device_id LIMIT $5
            """, connection)
        {
            Parameters = { new() { Value = action.Id }, new() { Value = action.PartnerId }, Ids(action.OrganizationIds), Ids(action.SiteIds), new() { Value = size }, Ids(reach.OrganizationIds), Ids(reach.SiteIds), new() { Value = after } },
        };
        var (fit, unfit, last) = (new List<Guid>(size), new List<BulkItemResult>(), after);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = last = reader.GetGuid(0);
            var reason = !reader.GetBoolean(1) ? "The device is not within the reach of whoever started this any more."
                : reader.GetBoolean(2) ? "The device is in quarantine."
                : reader.GetBoolean(3) ? "The device waits for approval."
                : null;
            if (reason is null)
            {
                fit.Add(id);
            }
            else
            {
                unfit.Add(new(id, "skipped", reason));
            }
        }
        return (fit, unfit, last);
    }

    /// <summary>Keeps what came of a batch, and writes into the action how far it is.</summary>
    public static async Task StoreAsync(NpgsqlConnection connection, BulkAction action, IReadOnlyList<BulkItemResult> results, bool ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (results.Count > 0)
        {
            await using var items = new NpgsqlCommand(
                """
                UPDATE bulk_action_items i SET state = v.state, message = left(v.message, 1000), command_id = v.command_id, finished_at = $6
                FROM unnest($2, $3, $4, $5) AS v (device_id, state, message, command_id) WHERE i.action_id = $1 AND i.device_id = v.device_id
                """, connection)
            {
                Parameters =
                {
                    new() { Value = action.Id }, new() { Value = results.Select(r => r.DeviceId).ToArray() }, new() { Value = results.Select(r => r.State).ToArray() },
                    new() { Value = results.Select(r => r.Message).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = results.Select(r => r.CommandId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = now },
                },
            };
            await items.ExecuteNonQueryAsync(cancellationToken);
        }
        // At the end everybody is through: whoever has no row any more was removed, and counts as skipped.
        await using var counts = new NpgsqlCommand(
            """
            UPDATE bulk_actions a SET
                done = CASE WHEN $6 THEN total ELSE least(total, done + $2) END, failed = failed + $3,
                skipped = skipped + $4 + CASE WHEN $6 THEN greatest(total - done - $2, 0) ELSE 0 END,
                state = CASE WHEN $6 THEN 'completed' ELSE 'running' END, started_at = coalesce(started_at, $5), finished_at = CASE WHEN $6 THEN $5 END
            WHERE a.id = $1
            RETURNING a.state, a.done, a.failed, a.skipped
            """, connection)
        {
            Parameters =
            {
                new() { Value = action.Id }, new() { Value = results.Count }, new() { Value = results.Count(r => r.State == "failed") },
                new() { Value = results.Count(r => r.State == "skipped") }, new() { Value = now }, new() { Value = ended },
            },
        };
        await using var reader = await counts.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            (action.State, action.Done, action.Failed, action.Skipped) = (reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
        }
    }

    static NpgsqlParameter Ids(Guid[]? ids) => new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}
