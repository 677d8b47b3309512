using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>How much history a device may fill; the oldest goes first, as it is written, so that no device can crowd out another.</summary>
static class InventoryBounds
{
    public const int Changes = 5000;
    public const int LogEntries = 5000;

    public static Task TrimChangesAsync(NpgsqlConnection connection, Guid deviceId, CancellationToken cancellationToken) => Arrays.RunAsync(connection,
        """
        DELETE FROM device_inventory_changes WHERE device_id = $1
          AND id <= (SELECT id FROM device_inventory_changes WHERE device_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)
        """, cancellationToken, new() { Value = deviceId }, new() { Value = Changes });

    public static Task TrimLogAsync(NpgsqlConnection connection, Guid deviceId, CancellationToken cancellationToken) => Arrays.RunAsync(connection,
        """
        DELETE FROM device_log_entries WHERE device_id = $1
          AND (at, id) <= (SELECT at, id FROM device_log_entries WHERE device_id = $1 ORDER BY at DESC, id DESC OFFSET $2 LIMIT 1)
        """, cancellationToken, new() { Value = deviceId }, new() { Value = LogEntries });
}
