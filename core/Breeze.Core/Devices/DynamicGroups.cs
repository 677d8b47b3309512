using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices;

/// <summary>Finds the members of groups that have an expression, never beyond the group's own partner and organization.</summary>
public sealed class DynamicGroups(Database database, ExpressionEngine expressions, TimeProvider time)
{
    static readonly TimeSpan ChangesKept = TimeSpan.FromDays(30);

    const string TooSlow = "Finding the devices took too long. Make the expression simpler: compare names with = or starts_with, and ask for fewer metrics.";

    /// <summary>Reads an expression for a group: it may not ask for groups, or one could wait for the other forever.</summary>
    public async ValueTask<ExpressionResult> ParseAsync(string? text, CancellationToken cancellationToken)
    {
        var result = await expressions.ParseAsync(text ?? "", cancellationToken);
        return result.IsValid && result.Expression.Fields.Any(f => f.Name == "group")
            ? new(null, new(1, text!.Length, "The expression of a group cannot ask for other groups: two of them could hang on each other. Write the conditions themselves."))
            : result;
    }

    /// <summary>How many devices within the scope an expression finds, in an organization or in all, and the first of them by name; null when that takes too long.</summary>
    public async Task<FoundDevices?> FindAsync(AccessScope scope, DeviceExpression expression, Guid? organizationId, int most, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        var organization = organizationId is { } id ? $"d.organization_id = {parameters.Add(id)} AND " : "";
        var where = $"{organization}({expression.ToSql(parameters)})";
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await RunAsync(connection, "SET LOCAL statement_timeout = '5s'", cancellationToken);
            await using var command = new NpgsqlCommand(
                $"""
                SELECT count(*), NULL, NULL, NULL FROM devices d WHERE {where} UNION ALL
                (SELECT NULL, d.id, coalesce(d.display_name, d.hostname), d.status FROM devices d WHERE {where} ORDER BY d.name_key, d.id LIMIT {parameters.Add(most)})
                """, connection);
            parameters.AddTo(command);
            long count = 0;
            List<FoundDevice> first = [];
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.IsDBNull(0))
                {
                    first.Add(new(reader.GetGuid(1), reader.GetString(2), reader.GetString(3)));
                }
                else
                {
                    count = reader.GetInt64(0);
                }
            }
            return new(count, first);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            return null;
        }
    }

    /// <summary>Brings the members of every dynamic group up to date. One node does it at a time; false when another is at it.</summary>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtext('breeze_dynamic_groups'))", connection))
        {
            if (!(bool)(await take.ExecuteScalarAsync(cancellationToken))!)
            {
                return false;
            }
        }
        List<Guid> groups = [];
        await using (var select = new NpgsqlCommand(
            "SELECT g.id FROM device_groups g JOIN partners p ON p.id = g.partner_id WHERE g.kind = 'dynamic' AND p.status = 'active' ORDER BY g.evaluated_at NULLS FIRST", connection))
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                groups.Add(reader.GetGuid(0));
            }
        }
        foreach (var group in groups)
        {
            await EvaluateAsync(group, cancellationToken);
        }
        await using var forget = database.System.CreateCommand("DELETE FROM device_group_changes WHERE at < $1");
        forget.Parameters.Add(new() { Value = time.GetUtcNow() - ChangesKept });
        await forget.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>Brings the members of one group up to date: who came and went is an event and a line of the group's log. Answers how many did.</summary>
    public async Task<int> EvaluateAsync(Guid groupId, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (partner, organization, text) = (Guid.Empty, (Guid?)null, "");
        await using (var select = new NpgsqlCommand("SELECT partner_id, organization_id, expression FROM device_groups WHERE id = $1 AND kind = 'dynamic' FOR UPDATE", connection) { Parameters = { new() { Value = groupId } } })
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return 0;
            }
            (partner, organization, text) = (reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetString(2));
        }
        var result = await ParseAsync(text, cancellationToken);
        var changed = 0;
        var problem = result.Error?.Message;
        if (result.Expression is { } expression)
        {
            await transaction.SaveAsync("members", cancellationToken);
            try
            {
                await RunAsync(connection, "SET LOCAL statement_timeout = '20s'", cancellationToken);
                changed = await ExchangeAsync(connection, groupId, partner, organization, expression, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
            {
                await transaction.RollbackAsync("members", cancellationToken);
                problem = TooSlow;
            }
        }
        await using (var update = new NpgsqlCommand("UPDATE device_groups SET evaluated_at = $2, problem = left($3, 1000) WHERE id = $1", connection)
        {
            Parameters = { new() { Value = groupId }, new() { Value = time.GetUtcNow() }, new() { Value = (object?)problem ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } },
        })
        {
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    async Task<int> ExchangeAsync(NpgsqlConnection connection, Guid group, Guid partner, Guid? organization, DeviceExpression expression, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        var where = expression.ToSql(parameters);
        var (id, now) = (parameters.Add(group), parameters.Add(parameters.Now));
        await using var command = new NpgsqlCommand(
            $"""
            WITH wanted AS MATERIALIZED (
                SELECT d.id FROM devices d WHERE d.partner_id = {parameters.Add(partner)} {(organization is { } only ? $"AND d.organization_id = {parameters.Add(only)}" : "")} AND ({where})),
            gone AS (
                DELETE FROM device_group_members m WHERE m.group_id = {id} AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = m.device_id) RETURNING m.device_id),
            come AS (
                INSERT INTO device_group_members (group_id, device_id, added_at)
                SELECT {id}, w.id, {now} FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM device_group_members m WHERE m.group_id = {id} AND m.device_id = w.id)
                ON CONFLICT DO NOTHING RETURNING device_id),
            changes AS (SELECT device_id, 'joined' AS change FROM come UNION ALL SELECT device_id, 'left' FROM gone),
            logged AS (INSERT INTO device_group_changes (group_id, device_id, at, change) SELECT {id}, device_id, {now}, change FROM changes)
            INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type, payload, created_at)
            SELECT breeze_uuid7(), d.partner_id, d.organization_id, d.id, 'device.group_' || c.change, jsonb_build_object('group_id', {id}, 'group', g.name), {now}
            FROM changes c JOIN devices d ON d.id = c.device_id JOIN device_groups g ON g.id = {id}
            """, connection);
        parameters.AddTo(command);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What an expression finds now.</summary>
public sealed record FoundDevices(long Count, IReadOnlyList<FoundDevice> First);

/// <summary>A device that an expression finds.</summary>
public sealed record FoundDevice(Guid Id, string Name, string Status);
