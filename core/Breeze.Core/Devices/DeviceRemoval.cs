using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;

namespace Breeze.Core.Devices;

/// <summary>Removes a device with all that belongs to it; its token ends at once, on every node.</summary>
public sealed class DeviceRemoval(Database database, AgentDirectory directory, WakeService wake, EventBus bus)
{
    /// <summary>The caller has checked that the device is within reach.</summary>
    public async Task RemoveAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("DELETE FROM devices WHERE id = $1");
        command.Parameters.Add(new() { Value = deviceId });
        await command.ExecuteNonQueryAsync(cancellationToken);
        // Not before the row is gone: whoever reads the agents again in between would let the device in for good.
        directory.Forget(deviceId);
        wake.Disconnect(deviceId);
        bus.Publish(Topics.AgentRemoved, deviceId.ToByteArray());
        await using var metrics = database.System.CreateCommand(
            """
            WITH raw AS (DELETE FROM device_metrics WHERE device_id = $1), minutes AS (DELETE FROM metric_rollups_5m WHERE device_id = $1),
            hours AS (DELETE FROM metric_rollups_1h WHERE device_id = $1)
            DELETE FROM metric_rollups_1d WHERE device_id = $1
            """);
        metrics.Parameters.Add(new() { Value = deviceId });
        await metrics.ExecuteNonQueryAsync(cancellationToken);
    }
}
