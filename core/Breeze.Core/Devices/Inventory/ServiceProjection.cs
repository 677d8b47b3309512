using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>From the <c>services</c> document to <c>device_services</c>.</summary>
public sealed class ServiceProjection : IInventoryProjection
{
    const int Most = 2000;

    // What runs only now and then is no news; a service that should always run and does not is.
    const string Sql =
        """
        WITH new AS MATERIALIZED (SELECT * FROM unnest($2, $3, $4, $5) AS n (name, display_name, state, start_mode)),
        old AS MATERIALIZED (SELECT name, state, start_mode FROM device_services WHERE device_id = $1),
        gone AS (DELETE FROM device_services s WHERE s.device_id = $1 AND NOT EXISTS (SELECT 1 FROM new n WHERE n.name = s.name)),
        stored AS (
            INSERT INTO device_services AS s (device_id, name, display_name, state, start_mode) SELECT $1, name, display_name, state, start_mode FROM new
            ON CONFLICT (device_id, name) DO UPDATE SET display_name = excluded.display_name, state = excluded.state, start_mode = excluded.start_mode
                WHERE (s.display_name, s.state, s.start_mode) IS DISTINCT FROM (excluded.display_name, excluded.state, excluded.start_mode))
        INSERT INTO device_inventory_changes (device_id, at, kind, change, item, before, after)
        SELECT $1, $6, 'services', CASE WHEN old.name IS NULL THEN 'added' WHEN new.name IS NULL THEN 'removed' ELSE 'changed' END,
            coalesce(new.name, old.name), old.state || ', ' || old.start_mode, new.state || ', ' || new.start_mode
        FROM old FULL JOIN new ON new.name = old.name
        WHERE NOT $7 AND (old.name IS NULL OR new.name IS NULL OR old.start_mode <> new.start_mode
            OR (new.start_mode = 'automatic' AND new.state <> old.state AND new.state IN ('running', 'stopped', 'failed') AND old.state IN ('running', 'stopped', 'failed')))
        ORDER BY coalesce(new.name, old.name)
        """;

    public string Kind => "services";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        List<ServiceItem> services =
        [
            .. document.Root.Items("services", Most).Select(item => item.Text("name", 256) is { } name
                    ? new ServiceItem(
                        name, item.Text("display_name", 256) ?? "",
                        item.OneOf("state", "running", "stopped", "starting", "stopping", "paused", "failed") ?? "unknown",
                        item.OneOf("start_mode", "automatic", "manual", "disabled") ?? "unknown")
                    : null)
                .OfType<ServiceItem>().DistinctBy(item => item.Name),
        ];
        var changes = await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(services, s => s.Name), Arrays.Of(services, s => s.DisplayName),
            Arrays.Of(services, s => s.State), Arrays.Of(services, s => s.StartMode), new() { Value = document.ReceivedAt }, new() { Value = document.IsFirst });
        if (changes > 0)
        {
            await InventoryBounds.TrimChangesAsync(connection, document.DeviceId, cancellationToken);
        }
    }
}
