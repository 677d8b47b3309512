using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>device.reboot</c>: no parameters. A device that is away restarts only when it comes back within the hour.</summary>
public sealed class Reboot(BulkCommands commands, TimeProvider time) : IBulkActionKind
{
    static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    const int TimeoutSeconds = 120;

    public string Name => "device.reboot";

    public string Permission => Permissions.DevicesPower;

    public string Label => "Restart";

    public bool IsDangerous => true;

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<BulkPlan>>(new BulkPlan("Restart the device", "{}"));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => commands.QueueAsync(
        connection, action, new("power.reboot", JsonElement.Parse("{}"), TimeoutSeconds, time.GetUtcNow() + Patience), deviceIds, cancellationToken);

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        commands.Wake(results);
        return Task.CompletedTask;
    }
}
