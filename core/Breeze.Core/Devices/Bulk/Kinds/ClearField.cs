using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>field.clear</c>: <c>{ "name": "asset_tag" }</c>.</summary>
public sealed class ClearField : IBulkActionKind
{
    public string Name => "field.clear";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Clear a custom field";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken)
    {
        var name = parameters.Text("name");
        return Task.FromResult<Outcome<BulkPlan>>(CustomFields.CheckName(name) is { } refusal ? refusal : new BulkPlan($"Clear {name}", JsonSerializer.Serialize(new { name })));
    }

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        """
        WITH changed AS (UPDATE devices d SET custom_fields = d.custom_fields - $2, updated_at = now() WHERE d.id = ANY ($1) AND d.custom_fields ? $2)
        SELECT id FROM devices WHERE id = ANY ($1)
        """, deviceIds, "The device is gone.", "skipped", cancellationToken, new NpgsqlParameter { Value = parameters.Text("name") });
}
