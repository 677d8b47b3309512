using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>field.set</c>: <c>{ "name": "asset_tag", "value": "A-17" }</c>; the value is a text, a number, or true or false.</summary>
public sealed class SetField : IBulkActionKind
{
    public string Name => "field.set";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Set a custom field";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken)
    {
        var name = parameters.Text("name");
        if ((CustomFields.CheckName(name) ?? CustomFields.CheckValue(parameters)) is { } refusal)
        {
            return Task.FromResult<Outcome<BulkPlan>>(refusal);
        }
        var value = parameters.GetProperty("value");
        var shown = value.ToString();
        return Task.FromResult<Outcome<BulkPlan>>(new BulkPlan($"Set {name} to {(shown.Length > 150 ? shown[..149] + "…" : shown)}", JsonSerializer.Serialize(new { name, value })));
    }

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection,
        $"""
        UPDATE devices d SET custom_fields = d.custom_fields || jsonb_build_object($2::text, $3::jsonb), updated_at = now()
        WHERE d.id = ANY ($1) AND (d.custom_fields ? $2 OR (SELECT count(*) FROM jsonb_object_keys(d.custom_fields)) < {CustomFields.MaximumOfDevice}) RETURNING d.id
        """, deviceIds, $"The device has {CustomFields.MaximumOfDevice} custom fields already. Clear some first.", "failed", cancellationToken,
        new NpgsqlParameter { Value = parameters.Text("name") }, new NpgsqlParameter { Value = parameters.GetProperty("value").GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb });
}
