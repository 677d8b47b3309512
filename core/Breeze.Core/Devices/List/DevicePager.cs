using System.Globalization;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.List;

/// <summary>
/// Finds the devices of a page, by the person's rights, as quickly at 100,000 devices as at ten. There are two ways: to go along the order and hold each device
/// against the conditions, quick where many match, or to look all matches up and order them, quick where few do. How many match nobody knows beforehand,
/// so the first few hundred of the order are tried, and what is found among them decides.
/// </summary>
public sealed class DevicePager(Database database, AccessScope scope, ExpressionEngine expressions)
{
    const int Lot = 200;

    /// <summary>Going along goes on while at least one device in so many matches: below that, looking all matches up is quicker.</summary>
    const int Sparse = 15;

    /// <summary>After so many, whatever was found: the matches may lie close together elsewhere.</summary>
    const int Enough = 1500;

    /// <summary>The next devices behind a place, at most <paramref name="wanted"/>; after those with a value, those without one.</summary>
    public async Task<List<DevicePlaceOf>> NextAsync(
        NpgsqlConnection connection, DeviceQuery query, DevicePlace? after, int wanted, CancellationToken cancellationToken)
    {
        var found = after is { IsEmpty: true } ? [] : await NextAsync(connection, query, after, empty: false, wanted, cancellationToken);
        if (found.Count < wanted && !query.Order.IsComplete)
        {
            found.AddRange(await NextAsync(connection, query, after is { IsEmpty: true } ? after : null, empty: true, wanted - found.Count, cancellationToken));
        }
        return found;
    }

    /// <summary>How many devices match; slower than a page where there are many.</summary>
    public async Task<int> CountAsync(DeviceQuery query, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM devices d WHERE {query.Where(parameters, SqlReach.All)}", connection);
        parameters.AddTo(command);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    async Task<List<DevicePlaceOf>> NextAsync(NpgsqlConnection connection, DeviceQuery query, DevicePlace? after, bool empty, int wanted, CancellationToken cancellationToken)
    {
        // The order's next devices are found for a person alone, within their reach: whose they are is the connection's.
        if (scope.IsSystem)
        {
            return await LookUpAsync(connection, query, after, empty, wanted, cancellationToken);
        }
        var found = new List<DevicePlaceOf>();
        var (place, tried) = (after, 0);
        do
        {
            var lot = query.IsNarrowed ? Math.Max(Lot, wanted) : wanted;
            var (matches, last) = await GoAlongAsync(connection, query, place, empty, wanted - found.Count, lot, cancellationToken);
            found.AddRange(matches);
            if (found.Count >= wanted || last is null)
            {
                return found;
            }
            (place, tried) = (last, tried + lot);
        }
        while (found.Count * Sparse >= tried && tried < Enough);
        found.AddRange(await LookUpAsync(connection, query, place, empty, wanted - found.Count, cancellationToken));
        return found;
    }

    /// <summary>Those of the order's next devices that match, and the last that was tried; null at the order's end, or when enough were found before.</summary>
    async Task<(List<DevicePlaceOf> Matches, DevicePlace? Last)> GoAlongAsync(
        NpgsqlConnection connection, DeviceQuery query, DevicePlace? after, bool empty, int wanted, int lot, CancellationToken cancellationToken)
    {
        var (order, parameters) = (query.Order, expressions.Parameters());
        var sort = parameters.Add(order.Source == OrderSource.Custom ? "custom" : order.Column);
        // OFFSET 0 keeps the lookup one by one: what the row-level policy lets through cannot be estimated.
        var sql =
            $"""
            SELECT t.device_id, t.sort_key, m.matches, t.place
            FROM breeze_next_devices({sort}, {parameters.Add(order.CustomKey ?? "")}, {parameters.Add(query.Falls)}, {parameters.Add(empty)}, {parameters.Add(after?.Key ?? "")},
                nullif({parameters.Add(after?.Id ?? Guid.Empty)}, '00000000-0000-0000-0000-000000000000'), {parameters.Add(lot)}) WITH ORDINALITY AS t (device_id, sort_key, place)
            LEFT JOIN LATERAL (SELECT true FROM devices d WHERE d.id = t.device_id AND {query.Where(parameters, SqlReach.Each)} OFFSET 0) AS m (matches) ON true
            WHERE m.matches OR t.place = {parameters.Add((long)lot)} ORDER BY t.place LIMIT {(wanted + 1).ToString(CultureInfo.InvariantCulture)}
            """;
        var matches = new List<DevicePlaceOf>();
        DevicePlace? last = null;
        await using var command = new NpgsqlCommand(sql, connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var place = new DevicePlaceOf(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1));
            if (!reader.IsDBNull(2) && matches.Count < wanted)
            {
                matches.Add(place);
            }
            if (reader.GetInt64(3) == lot)
            {
                last = new(place.Key, place.Id);
            }
        }
        return (matches, last);
    }

    /// <summary>Of all devices that match, the next in the order.</summary>
    async Task<List<DevicePlaceOf>> LookUpAsync(
        NpgsqlConnection connection, DeviceQuery query, DevicePlace? after, bool empty, int wanted, CancellationToken cancellationToken)
    {
        var (order, parameters) = (query.Order, expressions.Parameters());
        var join = order.Join(parameters);
        var (direction, sign) = query.Falls ? ("DESC", "<") : ("ASC", ">");
        var value = order.OnlyCurrent ? $"CASE WHEN d.status IN ('online', 'maintenance') THEN {order.Sql} END" : order.Sql;
        var behind = after switch
        {
            null => "true",
            { IsEmpty: true } => $"m.id {sign} {parameters.Add(after.Id)}",
            _ => $"(m.key, m.id) {sign} ({parameters.Add(after.Key!)}::{order.SqlType}, {parameters.Add(after.Id)})",
        };
        var sql =
            $"""
            WITH matching AS MATERIALIZED (SELECT d.id FROM devices d WHERE {query.Where(parameters, SqlReach.All)}),
            m AS (SELECT d.id, {value} AS key FROM matching JOIN devices d ON d.id = matching.id {join})
            SELECT m.id, m.key::text FROM m WHERE m.key IS {(empty ? "" : "NOT")} NULL AND {behind}
            ORDER BY m.key {direction}, m.id {direction} LIMIT {wanted.ToString(CultureInfo.InvariantCulture)}
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var places = new List<DevicePlaceOf>();
        while (await reader.ReadAsync(cancellationToken))
        {
            places.Add(new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }
        return places;
    }
}
