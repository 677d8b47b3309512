using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;

namespace Breeze.Core.Devices;

/// <summary>Keeps in the database which node holds whose wake channel, for the pages to show.</summary>
public sealed class LivePresence(Database database, EventBus bus, DeviceEvents events)
{
    public async Task OpenedAsync(AgentEntry agent, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("UPDATE device_presence SET live_since = now(), live_node = $2 WHERE device_id = $1");
        command.Parameters.Add(new() { Value = agent.DeviceId });
        command.Parameters.Add(new() { Value = bus.NodeId });
        await command.ExecuteNonQueryAsync(cancellationToken);
        events.LiveChannelChanged(agent, open: true);
    }

    public async Task ClosedAsync(AgentEntry agent, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            "UPDATE device_presence SET live_since = NULL, live_node = NULL WHERE device_id = $1 AND live_node = $2");
        command.Parameters.Add(new() { Value = agent.DeviceId });
        command.Parameters.Add(new() { Value = bus.NodeId });
        await command.ExecuteNonQueryAsync(cancellationToken);
        events.LiveChannelChanged(agent, open: false);
    }

    /// <summary>
    /// At the start: closes the channels that nodes left behind which are gone. A node that is alone knows that every one of them is; among
    /// several, what has not checked in for five minutes is.
    /// </summary>
    public async Task ForgetAsync(bool isOnlyNode, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            "UPDATE device_presence SET live_since = NULL, live_node = NULL WHERE live_node IS NOT NULL AND ($1 OR last_seen_at < now() - interval '5 minutes')");
        command.Parameters.Add(new() { Value = isOnlyNode });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
