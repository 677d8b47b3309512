using System.Text.Json;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>From the <c>software</c> document to <c>device_software</c>, and what came, went or changed its version to the history.</summary>
public sealed class SoftwareProjection : IInventoryProjection
{
    const int Most = 5000;

    // Several versions of one name may stand side by side, such as kernels; their versions are told together.
    const string Sql =
        """
        WITH new AS MATERIALIZED (
            SELECT * FROM unnest($2, $3, $4, $5, $6) AS n (name, version, source, publisher, installed_at)),
        gone AS (
            DELETE FROM device_software s WHERE s.device_id = $1
              AND NOT EXISTS (SELECT 1 FROM new n WHERE n.name = s.name AND n.version = s.version AND n.source = s.source)
            RETURNING s.name, s.version, s.source),
        stored AS (
            INSERT INTO device_software AS s (device_id, name, version, source, publisher, installed_at)
            SELECT $1, name, version, source, publisher, installed_at FROM new
            ON CONFLICT (device_id, name, version, source) DO UPDATE SET publisher = excluded.publisher, installed_at = excluded.installed_at, updated_at = now()
                WHERE s.publisher IS DISTINCT FROM excluded.publisher OR s.installed_at IS DISTINCT FROM excluded.installed_at
            RETURNING s.name, s.version, s.source, s.xmax = 0 AS is_new),
        went AS (SELECT name, source, string_agg(version, ', ' ORDER BY version) AS versions FROM gone GROUP BY name, source),
        came AS (SELECT name, source, string_agg(version, ', ' ORDER BY version) AS versions FROM stored WHERE is_new GROUP BY name, source)
        INSERT INTO device_inventory_changes (device_id, at, kind, change, item, before, after)
        SELECT $1, $7, 'software', CASE WHEN went.name IS NULL THEN 'added' WHEN came.name IS NULL THEN 'removed' ELSE 'changed' END,
            coalesce(came.name, went.name), left(went.versions, 1000), left(came.versions, 1000)
        FROM went FULL JOIN came ON came.name = went.name AND came.source = went.source
        WHERE NOT $8 ORDER BY coalesce(came.name, went.name)
        """;

    public string Kind => "software";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        var packages = Read(document.Root, document.ReceivedAt);
        var changes = await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(packages, p => p.Name), Arrays.Of(packages, p => p.Version),
            Arrays.Of(packages, p => p.Source), Arrays.Of(packages, p => p.Publisher), Arrays.Of(packages, p => p.InstalledAt),
            new() { Value = document.ReceivedAt }, new() { Value = document.IsFirst });
        if (changes > 0)
        {
            await InventoryBounds.TrimChangesAsync(connection, document.DeviceId, cancellationToken);
        }
    }

    static List<SoftwareItem> Read(JsonElement document, DateTimeOffset now) =>
    [
        .. document.Items("packages", Most).Select(item => item.Text("name", 300) is { } name
                ? new SoftwareItem(name, item.Text("version", 200) ?? "", item.Text("source", 64) ?? "", item.Text("publisher", 256), item.Time("installed_at", now))
                : null)
            .OfType<SoftwareItem>().DistinctBy(item => (item.Name, item.Version, item.Source)),
    ];
}
