using System.Text.Json;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Expressions;

/// <summary>Reads the facts of many devices at once: one statement for each kind, however many devices there are.</summary>
public sealed class DeviceFactsReader(Database database, LayoutStore layouts, TimeProvider time)
{
    /// <summary>What an expression wants to know of those of the devices that the scope reaches, in no order.</summary>
    public Task<IReadOnlyList<DeviceFacts>> ReadAsync(AccessScope scope, IReadOnlyCollection<Guid> deviceIds, DeviceExpression expression, CancellationToken cancellationToken) =>
        ReadAsync(scope, deviceIds, expression.Needs, [.. expression.Fields.Select(f => f.Inventory).OfType<InventoryKey>()], cancellationToken);

    /// <summary>The same by kinds of facts, and by the members of inventory documents.</summary>
    public async Task<IReadOnlyList<DeviceFacts>> ReadAsync(
        AccessScope scope, IReadOnlyCollection<Guid> deviceIds, FactKinds needs, IReadOnlyCollection<InventoryKey> inventory, CancellationToken cancellationToken)
    {
        var at = new SqlParameters(time.GetUtcNow()).Now;
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        var ids = deviceIds.ToArray();
        var network = await RowsAsync(FactKinds.Network, "SELECT device_id, mac, addresses FROM device_network", r => (Mac: Text(r, 1), Addresses: r.GetFieldValue<string[]>(2)));
        var sessions = await RowsAsync(FactKinds.Sessions, "SELECT device_id, user_name FROM device_sessions", r => r.GetString(1));
        var software = await RowsAsync(FactKinds.Software, "SELECT device_id, name, version FROM device_software", Pair);
        var services = await RowsAsync(FactKinds.Services, "SELECT device_id, name, state FROM device_services", Pair);
        var plugins = await RowsAsync(FactKinds.Plugins, "SELECT device_id, plugin_id, version FROM device_plugins", Pair);
        var updates = await RowsAsync(FactKinds.Updates, "SELECT device_id, is_security, needs_restart FROM device_updates", r => (IsSecurity: r.GetBoolean(1), NeedsRestart: r.GetBoolean(2)));
        var groups = await RowsAsync(FactKinds.Groups, "SELECT device_id, g.name FROM device_group_members m JOIN device_groups g ON g.id = m.group_id", r => r.GetString(1));
        var metrics = await MetricsAsync();
        var documents = await InventoryAsync();
        var facts = new List<DeviceFacts>(ids.Length);
        await using var command = new NpgsqlCommand(
            """
            SELECT d.id, d.hostname, d.display_name, d.status, d.os_family, d.os_name, d.os_version, d.arch, d.agent_version, d.enrolled_at, d.tags, d.custom_fields::text,
                o.name, s.name, p.live_since IS NOT NULL, p.last_seen_at, p.booted_at, p.address, nullif(p.cpu, 'NaN')::float8, nullif(p.memory, 'NaN')::float8, nullif(p.disk, 'NaN')::float8,
                h.manufacturer, h.model, h.serial_number, h.cpu_model, h.cpu_cores, h.cpu_threads, h.memory_bytes, h.virtualization
            FROM devices d JOIN organizations o ON o.id = d.organization_id JOIN sites s ON s.id = d.site_id
            LEFT JOIN device_presence p ON p.device_id = d.id LEFT JOIN device_hardware h ON h.device_id = d.id
            WHERE d.id = ANY ($1)
            """, connection) { Parameters = { new() { Value = ids } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetGuid(0);
            facts.Add(new()
            {
                Id = id, At = at, Hostname = reader.GetString(1), DisplayName = Text(reader, 2), Status = reader.GetString(3), OsFamily = reader.GetString(4), OsName = reader.GetString(5),
                OsVersion = reader.GetString(6), Arch = reader.GetString(7), AgentVersion = reader.GetString(8), EnrolledAt = reader.GetFieldValue<DateTimeOffset>(9),
                Tags = reader.GetFieldValue<string[]>(10), Custom = Scalars(reader.GetString(11)), Organization = reader.GetString(12), Site = reader.GetString(13), IsLive = reader.GetBoolean(14),
                LastSeenAt = Value<DateTimeOffset>(reader, 15), BootedAt = Value<DateTimeOffset>(reader, 16), Address = Text(reader, 17) ?? "",
                Cpu = Value<double>(reader, 18), Memory = Value<double>(reader, 19), Disk = Value<double>(reader, 20),
                Manufacturer = Text(reader, 21), Model = Text(reader, 22), SerialNumber = Text(reader, 23), CpuModel = Text(reader, 24), CpuCores = Value<int>(reader, 25),
                CpuThreads = Value<int>(reader, 26), MemoryBytes = Value<long>(reader, 27), Virtualization = Text(reader, 28),
                Macs = [.. network[id].Select(n => n.Mac ?? "")], Addresses = [.. network[id].SelectMany(n => n.Addresses)], Users = [.. sessions[id]], Groups = [.. groups[id]],
                Software = ByName(software[id]), Services = ByName(services[id]), Plugins = ByName(plugins[id]),
                Updates = updates[id].Count(), SecurityUpdates = updates[id].Count(u => u.IsSecurity), NeedsRestart = updates[id].Any(u => u.NeedsRestart),
                Metrics = metrics.GetValueOrDefault(id) ?? [], Inventory = documents.GetValueOrDefault(id) ?? [],
            });
        }
        return facts;

        async Task<ILookup<Guid, T>> RowsAsync<T>(FactKinds kind, string sql, Func<NpgsqlDataReader, T> read)
        {
            var rows = new List<(Guid Device, T Row)>();
            if (needs.HasFlag(kind))
            {
                await using var select = new NpgsqlCommand($"{sql} WHERE device_id = ANY ($1)", connection) { Parameters = { new() { Value = ids } } };
                await using var found = await select.ExecuteReaderAsync(cancellationToken);
                while (await found.ReadAsync(cancellationToken))
                {
                    rows.Add((found.GetGuid(0), read(found)));
                }
            }
            return rows.ToLookup(r => r.Device, r => r.Row);
        }

        async Task<Dictionary<Guid, Dictionary<InventoryKey, InventoryFact>>> InventoryAsync()
        {
            var found = new Dictionary<Guid, Dictionary<InventoryKey, InventoryFact>>();
            if (!needs.HasFlag(FactKinds.Inventory) || inventory.Count == 0)
            {
                return found;
            }
            var keys = inventory.Distinct().ToList();
            await using var select = new NpgsqlCommand(InventoryFields.Select, connection)
            {
                Parameters = { new() { Value = ids }, new() { Value = keys.Select(k => k.Kind).ToArray() }, new() { Value = keys.Select(k => k.Path).ToArray() } },
            };
            await using var rows = await select.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                if (!found.TryGetValue(rows.GetGuid(0), out var members))
                {
                    found[rows.GetGuid(0)] = members = [];
                }
                members[new(rows.GetString(1), rows.GetString(2))] = new(
                    rows.GetBoolean(3), [.. rows.GetFieldValue<string[]>(4).Zip(rows.GetFieldValue<string[]>(5), (kind, text) => new InventoryText(kind, text))]);
            }
            return found;
        }

        async Task<Dictionary<Guid, Dictionary<string, double>>> MetricsAsync()
        {
            var newest = new List<(Guid Device, int Layout, double[] Values)>();
            if (needs.HasFlag(FactKinds.Metrics))
            {
                await using var select = new NpgsqlCommand(
                    """
                    SELECT v.id, m.layout_id, m.metric_values FROM unnest($1) AS v (id)
                    CROSS JOIN LATERAL (SELECT layout_id, metric_values FROM device_metrics WHERE device_id = v.id AND at > $2 AND at <= $3 ORDER BY at DESC LIMIT 1) m
                    """, connection)
                {
                    Parameters = { new() { Value = ids }, new() { Value = at - ExpressionLimits.MetricAge, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = at, NpgsqlDbType = NpgsqlDbType.TimestampTz } },
                };
                await using var found = await select.ExecuteReaderAsync(cancellationToken);
                while (await found.ReadAsync(cancellationToken))
                {
                    newest.Add((found.GetGuid(0), found.GetInt32(1), found.GetFieldValue<double[]>(2)));
                }
            }
            var readings = new Dictionary<Guid, Dictionary<string, double>>();
            foreach (var (device, layout, values) in newest)
            {
                if (await layouts.FindAsync(layout, cancellationToken) is { } entry)
                {
                    readings[device] = Enumerable.Range(0, Math.Min(values.Length, entry.Names.Length)).Where(i => !double.IsNaN(values[i]))
                        .GroupBy(i => entry.Names[i]).ToDictionary(g => g.Key, g => values[g.First()]);
                }
            }
            return readings;
        }
    }

    static (string Name, string Value) Pair(NpgsqlDataReader reader) => (reader.GetString(1), reader.GetString(2));

    static ILookup<string, string> ByName(IEnumerable<(string Name, string Value)> rows) => rows.ToLookup(r => FoldedText.Of(r.Name), r => r.Value);

    static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    static T? Value<T>(NpgsqlDataReader reader, int ordinal) where T : struct => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);

    /// <summary>As <c>->></c> writes them.</summary>
    static Dictionary<string, string> Scalars(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            .ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText());
    }
}
