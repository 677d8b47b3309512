using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>tags.remove</c>: <c>{ "tags": ["server"] }</c>. A device without them is done, too.</summary>
public sealed class RemoveTags : IBulkActionKind
{
    public string Name => "tags.remove";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Remove tags";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) => Task.FromResult(Tags.Plan(parameters, "Remove"));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        """
        WITH changed AS (
            UPDATE devices d SET tags = ARRAY(SELECT t FROM unnest(d.tags) WITH ORDINALITY AS o (t, n) WHERE NOT t = ANY ($2) ORDER BY n), updated_at = now()
            WHERE d.id = ANY ($1) AND d.tags && $2)
        SELECT id FROM devices WHERE id = ANY ($1)
        """, deviceIds, "The device is gone.", "skipped", cancellationToken, Tags.Parameter(parameters));
}
