using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Scripts;

/// <summary>Runs stored scripts: on one device at once, on several as a bulk action with its limits and its progress.</summary>
public sealed class ScriptRuns(Database database, IDeviceQueue queue, BulkActions actions, IAuditLog audit)
{
    public async Task<Outcome<ScriptStart>> StartAsync(AccessScope scope, Guid scriptId, ScriptAsk ask, CancellationToken cancellationToken)
    {
        await using var context = ScriptsDbContext.Create(database, scope);
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == scriptId, cancellationToken) is not { } script)
        {
            return Refusal.NotFound("script");
        }
        if (!StoredScript.IsRunAllowed(scope))
        {
            return Refusal.Forbidden("forbidden", $"To run a stored script takes the permissions {Permissions.ScriptsRead}, {Permissions.ScriptsRun} and {Permissions.DevicesCommand}.");
        }
        var devices = (ask.DeviceIds ?? []).Distinct().ToList();
        if (devices.Count == 0)
        {
            return Refusal.Invalid("device_ids_invalid", "Name the devices to run it on (device_ids).");
        }
        var values = StoredScript.Check(script, ask.Parameters, ask.TimeoutSeconds, out var timeout);
        if (!values.Succeeded)
        {
            return values.Refusal;
        }
        var started = devices.Count == 1
            ? await OneAsync(scope, script, devices[0], ScriptCommand.Of(script, values.Value, timeout), cancellationToken)
            : await ManyAsync(scope, script, devices, values.Value, timeout, cancellationToken);
        if (started.Succeeded)
        {
            await audit.WriteAsync(scope, new AuditRecord("script.started", "script", script.Id.ToString())
            {
                PartnerId = script.PartnerId, OrganizationId = script.OrganizationId ?? started.Value.OrganizationId,
                Detail = JsonSerializer.Serialize(new
                {
                    name = script.Name, version = script.Version, parameters = values.Value.Keys, count = devices.Count, device_ids = devices.Take(100), command_id = started.Value.CommandId, action_id = started.Value.ActionId,
                }),
            }, cancellationToken);
        }
        return started;
    }

    async Task<Outcome<ScriptStart>> OneAsync(AccessScope scope, Script script, Guid deviceId, CommandSpec spec, CancellationToken cancellationToken)
    {
        await using var core = database.CreateContext(scope);
        var device = await core.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == deviceId, cancellationToken);
        if (device is null)
        {
            return Refusal.NotFound("device");
        }
        if (script.OrganizationId is { } organization && organization != device.OrganizationId)
        {
            return Refusal.Conflict("script_of_other_organization", "The script belongs to another organization than the device.");
        }
        if (device.Status == DeviceStatus.Quarantined)
        {
            return Refusal.Conflict("device_quarantined", "The device is in quarantine: it gets no commands until an administrator releases it.");
        }
        var queued = await queue.EnqueueAsync(scope, [deviceId], spec, cancellationToken);
        return queued.Count == 0
            ? Refusal.Conflict("tenant_suspended", "The device takes no commands now: its organization or partner is suspended or closed.")
            : new ScriptStart(1, device.OrganizationId) { DeviceId = deviceId, CommandId = queued[0].Id };
    }

    async Task<Outcome<ScriptStart>> ManyAsync(AccessScope scope, Script script, List<Guid> devices, IReadOnlyDictionary<string, string> values, int timeout, CancellationToken cancellationToken)
    {
        var parameters = JsonSerializer.SerializeToElement(new { script_id = script.Id, parameters = values, timeout_seconds = timeout });
        var made = await actions.CreateAsync(scope, new(StoredScript.KindName, parameters, devices, null), cancellationToken);
        return made.Succeeded ? new ScriptStart(made.Value.Total, null) { ActionId = made.Value.Id } : made.Refusal;
    }
}

/// <summary>How a stored script is to be run.</summary>
/// <param name="Parameters">An object of values by the names of the script's parameters; none takes the defaults.</param>
/// <param name="TimeoutSeconds">A number; none takes the script's own.</param>
public sealed record ScriptAsk(IReadOnlyCollection<Guid>? DeviceIds, JsonElement Parameters, JsonElement TimeoutSeconds);

/// <summary>A script that is on its way: the command on one device, or the bulk action on several.</summary>
public sealed record ScriptStart(int Total, Guid? OrganizationId)
{
    public Guid? DeviceId { get; init; }
    public Guid? CommandId { get; init; }
    public Guid? ActionId { get; init; }
}
