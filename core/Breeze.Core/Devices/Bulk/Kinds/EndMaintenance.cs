using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>maintenance.off</c>: no parameters. The device is what its last check-in says.</summary>
public sealed class EndMaintenance(Maintenance maintenance) : IBulkActionKind
{
    public string Name => "maintenance.off";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "End maintenance";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<BulkPlan>>(new BulkPlan("End maintenance", "{}"));

    public async Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        var ended = await maintenance.EndAsync(connection, deviceIds, cancellationToken);
        return [.. deviceIds.Select(id => ended.ContainsKey(id) ? Given.Done(id) : new BulkItemResult(id, "skipped", "The device was not in maintenance."))];
    }

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken) =>
        maintenance.PublishAsync([.. results.Where(r => r.State == "done").Select(r => r.DeviceId)], cancellationToken);
}
