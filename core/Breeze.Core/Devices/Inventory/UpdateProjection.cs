using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>From the <c>patches</c> document to <c>device_updates</c>. What is installed from it shows in the history of software.</summary>
public sealed class UpdateProjection : IInventoryProjection
{
    const int Most = 5000;

    const string Sql =
        """
        WITH new AS MATERIALIZED (
            SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8) AS n (name, current_version, available_version, source, severity, is_security, needs_restart)),
        gone AS (
            DELETE FROM device_updates u WHERE u.device_id = $1
              AND NOT EXISTS (SELECT 1 FROM new n WHERE n.name = u.name AND n.available_version = u.available_version AND n.source = u.source))
        INSERT INTO device_updates AS u (device_id, name, current_version, available_version, source, severity, is_security, needs_restart)
        SELECT $1, name, current_version, available_version, source, severity, is_security, needs_restart FROM new
        ON CONFLICT (device_id, name, available_version, source) DO UPDATE
            SET current_version = excluded.current_version, severity = excluded.severity, is_security = excluded.is_security, needs_restart = excluded.needs_restart
            WHERE (u.current_version, u.severity, u.is_security, u.needs_restart)
                IS DISTINCT FROM (excluded.current_version, excluded.severity, excluded.is_security, excluded.needs_restart)
        """;

    public string Kind => "patches";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        List<UpdateItem> updates =
        [
            .. document.Root.Items("updates", Most).Select(item => item.Text("name", 300) is { } name
                    ? new UpdateItem(
                        name, item.Text("current_version", 200) ?? "", item.Text("available_version", 200) ?? "", item.Text("source", 64) ?? "",
                        item.OneOf("severity", "critical", "important", "moderate", "low") ?? "unknown", item.True("security"), item.True("needs_restart"))
                    : null)
                .OfType<UpdateItem>().DistinctBy(item => (item.Name, item.AvailableVersion, item.Source)),
        ];
        await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(updates, u => u.Name), Arrays.Of(updates, u => u.CurrentVersion),
            Arrays.Of(updates, u => u.AvailableVersion), Arrays.Of(updates, u => u.Source), Arrays.Of(updates, u => u.Severity),
            Arrays.Of(updates, u => u.IsSecurity), Arrays.Of(updates, u => u.NeedsRestart));
    }
}
