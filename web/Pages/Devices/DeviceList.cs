using System.Globalization;
using System.Text.Json;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Npgsql;

namespace Breeze.Web.Pages;

/// <summary>Reads pages of the device list: filter, order and place in the database, so that it is as quick at 100,000 devices as at ten.</summary>
public sealed class DeviceList(Database database, AccessScope scope, ExpressionEngine expressions, TenantView tenant)
{
    public const int PageSize = 50;

    /// <summary>How many of the order's next devices are held against a filter before all devices are.</summary>
    const int Candidates = 1000;

    const string Columns =
        """
        SELECT d.id, coalesce(d.display_name, d.hostname), d.hostname, d.status, d.os_family, d.os_name, d.os_version, l.organization, l.site, d.agent_version, d.enrolled_at,
            p.last_seen_at, p.live_since, p.booted_at, p.cpu, p.memory, p.disk, l.address, p.address, l.users, l.model, l.serial, d.tags, l.updates, c.custom
        FROM devices d LEFT JOIN device_summaries l ON l.device_id = d.id LEFT JOIN device_presence p ON p.device_id = d.id
        CROSS JOIN LATERAL (SELECT CASE WHEN cardinality($2) > 0 THEN (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each_text(d.custom_fields) e WHERE e.key = ANY ($2))::text END) AS c (custom)
        WHERE d.id = ANY ($1)
        """;

    /// <summary>A page, and the place at which the next one starts; null at the end.</summary>
    public async Task<(IReadOnlyList<DeviceRow> Rows, string? Next)> PageAsync(DeviceFilter filter, IReadOnlyList<DeviceColumn> columns, CancellationToken cancellationToken)
    {
        var place = DevicePlace.Decode(filter.Cursor, filter.OrderSpec);
        var found = new List<(Guid Id, string? Key)>();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        if (place is not { IsEmpty: true })
        {
            found = await NextAsync(connection, filter, place, false, PageSize + 1, cancellationToken);
        }
        if (found.Count <= PageSize)
        {
            found.AddRange(await NextAsync(connection, filter, place is { IsEmpty: true } ? place : null, true, PageSize + 1 - found.Count, cancellationToken));
        }
        var shown = found.Take(PageSize).ToList();
        var rows = await ReadAsync(connection, [.. shown.Select(f => f.Id)], columns, cancellationToken);
        return (rows, found.Count <= PageSize ? null : new DevicePlace(shown[^1].Key, shown[^1].Id).Encode());
    }

    /// <summary>How many devices match; slower than a page where there are many.</summary>
    public async Task<int> CountAsync(DeviceFilter filter, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM devices d WHERE {Where(filter, parameters)}", connection);
        parameters.AddTo(command);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The rows of devices that are on a screen already.</summary>
    public async Task<IReadOnlyList<DeviceRow>> ByIdAsync(IReadOnlyCollection<Guid> ids, IReadOnlyList<DeviceColumn> columns, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        return await ReadAsync(connection, [.. ids], columns, cancellationToken);
    }

    /// <summary>The next devices behind a place, with the value that they are ordered by; in a second round those without one.</summary>
    async Task<List<(Guid Id, string? Key)>> NextAsync(
        NpgsqlConnection connection, DeviceFilter filter, DevicePlace? after, bool empty, int wanted, CancellationToken cancellationToken)
    {
        var narrowed = filter.IsFiltered || tenant.SiteId is not null || tenant.OrganizationId is not null || scope.OrganizationIds is not null || scope.SiteIds is not null;
        // A search names few devices, so it goes first; any other filter is tried on the order's next devices, which mostly fill the page.
        if (!filter.IsSearch && !scope.IsSystem)
        {
            var near = await CandidatesAsync(connection, filter, after, empty, wanted, narrowed ? Candidates : wanted, cancellationToken);
            if (near.Count >= wanted || !narrowed)
            {
                return near;
            }
        }
        return await AllAsync(connection, filter, after, empty, wanted, cancellationToken);
    }

    async Task<List<(Guid Id, string? Key)>> CandidatesAsync(
        NpgsqlConnection connection, DeviceFilter filter, DevicePlace? after, bool empty, int wanted, int candidates, CancellationToken cancellationToken)
    {
        var (order, parameters) = (filter.OrderSpec, expressions.Parameters());
        var sort = parameters.Add(order.Source == OrderSource.Custom ? "custom" : order.Column);
        // OFFSET 0 keeps the lookup one by one: what the row-level policy lets through cannot be estimated.
        var sql =
            $"""
            SELECT t.device_id, t.sort_key
            FROM breeze_next_devices({sort}, {parameters.Add(order.CustomKey ?? "")}, {parameters.Add(filter.FallsInSql)}, {parameters.Add(empty)}, {parameters.Add(after?.Key ?? "")},
                nullif({parameters.Add(after?.Id ?? Guid.Empty)}, '00000000-0000-0000-0000-000000000000'), {parameters.Add(candidates)}) WITH ORDINALITY AS t (device_id, sort_key, place)
            CROSS JOIN LATERAL (SELECT 1 FROM devices d WHERE d.id = t.device_id AND {Where(filter, parameters)} OFFSET 0) AS m
            ORDER BY t.place LIMIT {wanted.ToString(CultureInfo.InvariantCulture)}
            """;
        return await KeysAsync(connection, sql, parameters, cancellationToken);
    }

    async Task<List<(Guid Id, string? Key)>> AllAsync(
        NpgsqlConnection connection, DeviceFilter filter, DevicePlace? after, bool empty, int wanted, CancellationToken cancellationToken)
    {
        var (order, parameters) = (filter.OrderSpec, expressions.Parameters());
        var key = order.Sql(parameters);
        var (direction, sign) = filter.FallsInSql ? ("DESC", "<") : ("ASC", ">");
        var join = order.Source switch
        {
            OrderSource.Summary => "LEFT JOIN device_summaries l ON l.device_id = d.id",
            OrderSource.Presence => "LEFT JOIN device_presence p ON p.device_id = d.id",
            _ => "",
        };
        var value = order.OnlyCurrent ? $"CASE WHEN d.status IN ('online', 'maintenance') THEN {key} END" : key;
        var behind = after switch
        {
            null => "true",
            { IsEmpty: true } => $"m.id {sign} {parameters.Add(after.Id)}",
            _ => $"(m.key, m.id) {sign} ({parameters.Add(after.Key!)}::{order.SqlType}, {parameters.Add(after.Id)})",
        };
        var sql =
            $"""
            WITH matching AS MATERIALIZED (SELECT d.id FROM devices d WHERE {Where(filter, parameters)}),
            m AS (SELECT d.id, {value} AS key FROM matching JOIN devices d ON d.id = matching.id {join})
            SELECT m.id, m.key::text FROM m WHERE m.key IS {(empty ? "" : "NOT")} NULL AND {behind}
            ORDER BY m.key {direction}, m.id {direction} LIMIT {wanted.ToString(CultureInfo.InvariantCulture)}
            """;
        return await KeysAsync(connection, sql, parameters, cancellationToken);
    }

    static async Task<List<(Guid Id, string? Key)>> KeysAsync(NpgsqlConnection connection, string sql, SqlParameters parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<(Guid, string?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add((reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }
        return keys;
    }

    static async Task<IReadOnlyList<DeviceRow>> ReadAsync(NpgsqlConnection connection, Guid[] ids, IReadOnlyList<DeviceColumn> columns, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<Guid, DeviceRow>();
        if (ids.Length == 0)
        {
            return [];
        }
        await using var command = new NpgsqlCommand(Columns, connection)
        {
            Parameters = { new() { Value = ids }, new() { Value = columns.Select(c => c.CustomKey).OfType<string>().ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = Read(reader);
            rows[row.Id] = row;
        }
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    static DeviceRow Read(NpgsqlDataReader r)
    {
        T? Value<T>(int column) where T : struct => r.IsDBNull(column) ? null : r.GetFieldValue<T>(column);
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        double? Ratio(int column) => Value<float>(column) is { } ratio && float.IsFinite(ratio) ? ratio : null;
        var row = new DeviceRow
        {
            Id = r.GetGuid(0), Name = r.GetString(1), Hostname = r.GetString(2), Status = r.GetString(3), OsFamily = r.GetString(4), OsName = r.GetString(5), OsVersion = r.GetString(6),
            Organization = Text(7) ?? "", Site = Text(8) ?? "", AgentVersion = r.GetString(9), EnrolledAt = r.GetFieldValue<DateTimeOffset>(10),
            LastSeenAt = Value<DateTimeOffset>(11), LiveSince = Value<DateTimeOffset>(12), BootedAt = Value<DateTimeOffset>(13),
            Cpu = Ratio(14), Memory = Ratio(15), Disk = Ratio(16), Address = Text(17), OutsideAddress = Text(18) is { Length: > 0 } outside ? outside : null,
            Users = Text(19), Model = Text(20), Serial = Text(21), Tags = r.GetFieldValue<string[]>(22), Updates = Value<int>(23),
            Custom = Text(24) is { } custom ? JsonSerializer.Deserialize<Dictionary<string, string>>(custom)! : new Dictionary<string, string>(),
        };
        return row.IsCurrent ? row : row with { Cpu = null, Memory = null, Disk = null, BootedAt = null };
    }

    string Where(DeviceFilter filter, SqlParameters parameters)
    {
        var conditions = new List<string>();
        if (tenant.SiteId is { } site)
        {
            conditions.Add($"d.site_id = {parameters.Add(site)}");
        }
        else if (tenant.OrganizationId is { } organization)
        {
            conditions.Add($"d.organization_id = {parameters.Add(organization)}");
        }
        if (filter.Expression is { } expression)
        {
            conditions.Add($"({expression.ToSql(parameters)})");
        }
        if (!string.IsNullOrEmpty(filter.Status))
        {
            conditions.Add($"d.status = {parameters.Add(filter.Status)}");
        }
        if (!string.IsNullOrEmpty(filter.System))
        {
            conditions.Add($"d.os_family = {parameters.Add(filter.System)}");
        }
        if (filter.Group is { } group)
        {
            conditions.Add($"d.id IN (SELECT m.device_id FROM device_group_members m WHERE m.group_id = {parameters.Add(group)})");
        }
        return conditions.Count == 0 ? "true" : string.Join(" AND ", conditions);
    }
}
