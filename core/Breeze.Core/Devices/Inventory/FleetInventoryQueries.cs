using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using static Breeze.Core.Devices.InventoryReader;

namespace Breeze.Core.Devices;

/// <summary>Inventory across the fleet, as far as the caller reaches.</summary>
public sealed class FleetInventoryQueries(Database database)
{
    const int MostVersions = 20;

    /// <summary>Programs by name, with their versions and on how many devices they are.</summary>
    public async Task<List<FleetSoftware>> SoftwareAsync(AccessScope scope, string? pattern, string? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(
            database, scope,
            """
            -- From each name to the next one: many devices have the same, and all their rows would be read for it.
            WITH RECURSIVE steps AS (
                (SELECT name FROM device_software WHERE $2 IS NULL OR name > $2 ORDER BY name LIMIT 1)
                UNION ALL SELECT (SELECT s.name FROM device_software s WHERE s.name > n.name ORDER BY s.name LIMIT 1) FROM steps n WHERE n.name IS NOT NULL),
            names AS MATERIALIZED (SELECT name FROM steps WHERE name IS NOT NULL AND ($1 IS NULL OR name ILIKE $1) LIMIT $3)
            SELECT s.name, s.version, count(DISTINCT s.device_id), grouping(s.version) FROM names n JOIN device_software s ON s.name = n.name
            GROUP BY GROUPING SETS ((s.name), (s.name, s.version))
            """,
            r => (Name: r.GetString(0), Version: r.TextOrNull(1) ?? "", Devices: r.GetInt64(2), IsTotal: r.GetInt32(3) == 1),
            cancellationToken, Text(pattern), Text(after), Number(limit));
        return
        [
            .. rows.GroupBy(r => r.Name).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new FleetSoftware(
                g.Key, g.First(r => r.IsTotal).Devices,
                [.. g.Where(r => !r.IsTotal).OrderByDescending(r => r.Devices).ThenByDescending(r => VersionKey.Of(r.Version), StringComparer.Ordinal)
                    .Take(MostVersions).Select(r => new VersionCount(r.Version, r.Devices))])),
        ];
    }

    /// <summary>The devices that have a program of exactly that name, by the device's name; with a version, those whose own is lower.</summary>
    public async Task<List<SoftwareDevice>> DevicesAsync(
        AccessScope scope, string name, string? versionBelow, string[]? after, int limit, CancellationToken cancellationToken)
    {
        return await ReadAsync(
            database, scope,
            """
            SELECT d.id, coalesce(d.display_name, d.hostname), d.organization_id, s.version, s.source FROM device_software s JOIN devices d ON d.id = s.device_id
            WHERE s.name = $1 AND ($2 IS NULL OR s.version_key < breeze_version_key($2) COLLATE "C")
              AND ($3 IS NULL OR (coalesce(d.display_name, d.hostname), d.id, s.version, s.source) > ($3, $4, $5, $6))
            ORDER BY coalesce(d.display_name, d.hostname), d.id, s.version, s.source LIMIT $7
            """,
            r => new SoftwareDevice(r.GetGuid(0), r.GetString(1), r.GetGuid(2), r.GetString(3), r.GetString(4)),
            cancellationToken, Text(name), Text(versionBelow), Text(after?[0]), Id(after is null ? null : Guid.Parse(after[1])), Text(after?[2]), Text(after?[3]), Number(limit));
    }

    /// <summary>What came, went or changed, newest first, on one device or on all of them.</summary>
    public Task<List<ChangeItem>> ChangesAsync(
        AccessScope scope, Guid? deviceId, string? kind, string? change, string? pattern, Guid? before, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT c.id, c.device_id, coalesce(d.display_name, d.hostname), c.at, c.kind, c.change, c.item, c.before, c.after
        FROM device_inventory_changes c JOIN devices d ON d.id = c.device_id
        WHERE ($1 IS NULL OR c.device_id = $1) AND ($2 IS NULL OR c.kind = $2) AND ($3 IS NULL OR c.change = $3) AND ($4 IS NULL OR c.item ILIKE $4)
          AND ($5 IS NULL OR c.id < $5)
        ORDER BY c.id DESC LIMIT $6
        """,
        r => new ChangeItem(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.TimeAt(3), r.GetString(4), r.GetString(5), r.GetString(6), r.TextOrNull(7), r.TextOrNull(8)),
        cancellationToken, Id(deviceId), Text(kind), Text(change), Text(pattern), Id(before), Number(limit));
}
