using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>group.remove</c>: <c>{ "group_id": "…" }</c>, a static group.</summary>
public sealed class RemoveFromGroup(Database database) : IBulkActionKind
{
    public string Name => "group.remove";

    public string Permission => Permissions.GroupsWrite;

    public string Label => "Take out of a group";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) =>
        GroupOf.PlanAsync(database, scope, parameters, "Take out of the group {0}", cancellationToken);

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        """
        DELETE FROM device_group_members m USING device_groups g
        WHERE m.device_id = ANY ($1) AND m.group_id = $2 AND g.id = m.group_id AND g.kind = 'static' RETURNING m.device_id
        """, deviceIds, "The device was not in the group.", "skipped", cancellationToken, new NpgsqlParameter { Value = parameters.Id("group_id")!.Value });
}
