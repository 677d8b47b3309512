using Breeze.Core.Queue;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Queues the commands of an action in the transaction of its batch, and wakes the devices when it is stored.</summary>
public sealed class BulkCommands(WakeService wake, TimeProvider time)
{
    public async Task<IReadOnlyList<BulkItemResult>> QueueAsync(
        NpgsqlConnection connection, BulkAction action, CommandSpec spec, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        await using var command = CommandInsert.Of(connection, spec, deviceIds, action.UserId, time.GetUtcNow());
        var queued = new Dictionary<Guid, Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            queued[reader.GetGuid(1)] = reader.GetGuid(0);
        }
        return [.. deviceIds.Select(id => queued.TryGetValue(id, out var commandId)
            ? new BulkItemResult(id, "done", CommandId: commandId) : new(id, "skipped", "The device's organization is suspended or closed."))];
    }

    public void Wake(IReadOnlyList<BulkItemResult> results) => wake.Wake([.. results.Where(r => r.CommandId is not null).Select(r => r.DeviceId)]);
}
