using System.Text.Json;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>Keeps <c>device_network</c> as a document says.</summary>
static class NetworkInterfaces
{
    const int Most = 64;
    const int MostAddresses = 32;

    // Addresses of the sixth version change by themselves, every day; those of the fourth are worth a line of history.
    const string Sql =
        """
        WITH new AS MATERIALIZED (
            SELECT name, mac, string_to_array(addresses, ' ') AS addresses, speed_mbps, state FROM unnest($2, $3, $4, $5, $6) AS n (name, mac, addresses, speed_mbps, state)),
        old AS MATERIALIZED (SELECT name, mac, addresses FROM device_network WHERE device_id = $1),
        gone AS (DELETE FROM device_network d WHERE d.device_id = $1 AND NOT EXISTS (SELECT 1 FROM new n WHERE n.name = d.name)),
        stored AS (
            INSERT INTO device_network AS d (device_id, name, mac, addresses, speed_mbps, state) SELECT $1, name, mac, addresses, speed_mbps, state FROM new
            ON CONFLICT (device_id, name) DO UPDATE
                SET mac = excluded.mac, addresses = excluded.addresses, speed_mbps = excluded.speed_mbps, state = excluded.state, updated_at = now()),
        was AS (SELECT name, coalesce(mac, '') AS mac, array_to_string(ARRAY(SELECT a FROM unnest(addresses) a WHERE a NOT LIKE '%:%' ORDER BY a), ' ') AS text FROM old),
        is_now AS (SELECT name, coalesce(mac, '') AS mac, array_to_string(ARRAY(SELECT a FROM unnest(addresses) a WHERE a NOT LIKE '%:%' ORDER BY a), ' ') AS text FROM new)
        INSERT INTO device_inventory_changes (device_id, at, kind, change, item, before, after)
        SELECT $1, $7, 'network', CASE WHEN was.name IS NULL THEN 'added' WHEN is_now.name IS NULL THEN 'removed' ELSE 'changed' END,
            coalesce(is_now.name, was.name), left(trim(was.text || ' ' || was.mac), 1000), left(trim(is_now.text || ' ' || is_now.mac), 1000)
        FROM was FULL JOIN is_now ON is_now.name = was.name
        WHERE NOT $8 AND (was.name IS NULL OR is_now.name IS NULL OR was.text <> is_now.text OR was.mac <> is_now.mac)
        ORDER BY coalesce(is_now.name, was.name)
        """;

    public static async Task ReplaceAsync(NpgsqlConnection connection, InventoryDocument document, string list, CancellationToken cancellationToken)
    {
        List<Interface> interfaces =
        [
            .. document.Root.Items(list, Most).Select(item => item.Text("name", 128) is { } name
                    ? new Interface(name, item.Text("mac", 64), Addresses(item.Member("addresses")), item.Positive("speed_mbps"), item.Text("state", 32))
                    : null)
                .OfType<Interface>().DistinctBy(item => item.Name),
        ];
        var changes = await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(interfaces, i => i.Name), Arrays.Of(interfaces, i => i.Mac),
            Arrays.Of(interfaces, i => i.Addresses), Arrays.Of(interfaces, i => i.SpeedMbps), Arrays.Of(interfaces, i => i.State),
            new() { Value = document.ReceivedAt }, new() { Value = document.IsFirst });
        if (changes > 0)
        {
            await InventoryBounds.TrimChangesAsync(connection, document.DeviceId, cancellationToken);
        }
    }

    /// <summary>With blanks between, because arrays of arrays must be square; so what holds a blank is no address.</summary>
    static string Addresses(JsonElement list) => list.ValueKind != JsonValueKind.Array ? "" : string.Join(' ', list.EnumerateArray().Take(MostAddresses)
        .Where(a => a.ValueKind == JsonValueKind.String).Select(a => AgentText.Clean(a.GetString()!, 64)).Where(a => a.Length > 0 && !a.Contains(' ', StringComparison.Ordinal)));

    sealed record Interface(string Name, string? Mac, string Addresses, long? SpeedMbps, string? State);
}
