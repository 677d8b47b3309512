using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>tags.add</c>: <c>{ "tags": ["server"] }</c>.</summary>
public sealed class AddTags : IBulkActionKind
{
    public string Name => "tags.add";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Add tags";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) => Task.FromResult(Tags.Plan(parameters, "Add"));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        $"""
        WITH wanted AS (
            SELECT d.id, d.tags || ARRAY(SELECT t FROM unnest($2) AS t WHERE NOT t = ANY (d.tags)) AS tags FROM devices d WHERE d.id = ANY ($1)),
        changed AS (
            UPDATE devices d SET tags = w.tags, updated_at = now() FROM wanted w WHERE d.id = w.id AND cardinality(w.tags) <= {Tags.MaximumOfDevice} AND d.tags <> w.tags)
        SELECT id FROM wanted WHERE cardinality(tags) <= {Tags.MaximumOfDevice}
        """, deviceIds, $"The device would have more than {Tags.MaximumOfDevice} tags. Remove some first.", "failed", cancellationToken, Tags.Parameter(parameters));
}
