using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>group.add</c>: <c>{ "group_id": "…" }</c>, a static group.</summary>
public sealed class AddToGroup(Database database, TimeProvider time) : IBulkActionKind
{
    public string Name => "group.add";

    public string Permission => Permissions.GroupsWrite;

    public string Label => "Add to a group";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) =>
        GroupOf.PlanAsync(database, scope, parameters, "Add to the group {0}", cancellationToken);

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        """
        WITH fit AS (
            SELECT d.id, g.id AS group_id FROM devices d JOIN device_groups g ON g.id = $2 AND g.kind = 'static' AND g.partner_id = d.partner_id
            WHERE d.id = ANY ($1) AND (g.organization_id IS NULL OR g.organization_id = d.organization_id)),
        added AS (INSERT INTO device_group_members (group_id, device_id, added_at) SELECT group_id, id, $3 FROM fit ON CONFLICT DO NOTHING)
        SELECT id FROM fit
        """, deviceIds, "The group is gone or is of another organization than the device.", "skipped", cancellationToken,
        new NpgsqlParameter { Value = parameters.Id("group_id")!.Value }, new NpgsqlParameter { Value = time.GetUtcNow() });
}
