using System.Text.Json;
using Breeze.Core.Devices.List;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Npgsql;

namespace Breeze.Web.Pages;

/// <summary>Reads pages of the device list, with what its columns show.</summary>
public sealed class DeviceList(DevicePager pager, BreezeDbContext database, TenantView tenant)
{
    public const int PageSize = 50;

    const string Columns =
        """
        SELECT d.id, coalesce(d.display_name, d.hostname), d.hostname, d.status, d.os_family, d.os_name, d.os_version, l.organization, l.site, d.agent_version, d.enrolled_at,
            p.last_seen_at, p.live_since, p.booted_at, p.cpu, p.memory, p.disk, l.address, p.address, l.users, l.model, l.serial, d.tags, l.updates, c.custom,
            (SELECT w.name FROM maintenance_devices m JOIN maintenance_windows w ON w.id = m.window_id WHERE m.device_id = d.id AND m.from_at <= now() AND m.until_at > now() AND w.enabled LIMIT 1)
        FROM devices d LEFT JOIN device_summaries l ON l.device_id = d.id LEFT JOIN device_presence p ON p.device_id = d.id
        CROSS JOIN LATERAL (SELECT CASE WHEN cardinality($2) > 0 THEN (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each_text(d.custom_fields) e WHERE e.key = ANY ($2))::text END) AS c (custom)
        WHERE d.id = ANY ($1)
        """;

    /// <summary>A page, and the place at which the next one starts; null at the end.</summary>
    public async Task<(IReadOnlyList<DeviceRow> Rows, string? Next)> PageAsync(DeviceFilter filter, IReadOnlyList<DeviceColumn> columns, CancellationToken cancellationToken)
    {
        var query = QueryOf(filter);
        var connection = await database.ConnectAsync(cancellationToken);
        var found = await pager.NextAsync(connection, query, PlaceText.Read(filter.Cursor, query.Order), PageSize + 1, cancellationToken);
        var shown = found.Take(PageSize).ToList();
        var rows = await ReadAsync(connection, [.. shown.Select(f => f.Id)], columns, cancellationToken);
        return (rows, found.Count <= PageSize ? null : PlaceText.Of(shown[^1]));
    }

    /// <summary>How many devices match; slower than a page where there are many.</summary>
    public Task<int> CountAsync(DeviceFilter filter, CancellationToken cancellationToken) => pager.CountAsync(QueryOf(filter), cancellationToken);

    /// <summary>The rows of devices that are on a screen already.</summary>
    public async Task<IReadOnlyList<DeviceRow>> ByIdAsync(IReadOnlyCollection<Guid> ids, IReadOnlyList<DeviceColumn> columns, CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken);
        return await ReadAsync(connection, [.. ids], columns, cancellationToken);
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
            Users = Text(19), Model = Text(20), Serial = Text(21), Tags = r.GetFieldValue<string[]>(22), Updates = Value<int>(23), Window = Text(25),
            Custom = Text(24) is { } custom ? JsonSerializer.Deserialize<Dictionary<string, string>>(custom)! : new Dictionary<string, string>(),
        };
        return row.IsCurrent ? row : row with { Cpu = null, Memory = null, Disk = null, BootedAt = null };
    }

    DeviceQuery QueryOf(DeviceFilter filter) => filter.Query with { SiteId = tenant.SiteId, OrganizationId = tenant.SiteId is null ? tenant.OrganizationId : null };
}
