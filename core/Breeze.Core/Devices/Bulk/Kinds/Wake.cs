using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>wake</c>: no parameters. The agents check in now, over their live channels; it does not switch machines on.</summary>
public sealed class Wake(WakeService wake) : IBulkActionKind
{
    public string Name => "wake";

    public string Permission => Permissions.DevicesCommand;

    public string Label => "Check in now";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<BulkPlan>>(new BulkPlan("Check in now", "{}"));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection, "SELECT device_id FROM device_presence WHERE device_id = ANY ($1) AND live_since IS NOT NULL", deviceIds,
        "The device has no live channel now. It checks in by itself when it is back.", "skipped", cancellationToken);

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        wake.Wake([.. results.Where(r => r.State == "done").Select(r => r.DeviceId)]);
        return Task.CompletedTask;
    }
}
