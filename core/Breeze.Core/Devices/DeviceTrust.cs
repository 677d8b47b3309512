using System.Text;
using System.Text.Json.Nodes;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>
/// Whether a device is trusted: approval of new ones, quarantine, and the end of their tokens. The caller has checked that the device is
/// within reach.
/// </summary>
public sealed class DeviceTrust(
    Database database, AgentDirectory directory, AgentTokens tokens, WakeService wake, DeviceEvents events, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MaximumReason = 300;

    /// <summary>Lets a waiting device in. False when it does not wait.</summary>
    public async Task<bool> ApproveAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        if (!await ChangeAsync(deviceId, "approval = 'approved'", "approval = 'waiting'", null, cancellationToken))
        {
            return false;
        }
        await RecordAsync(scope, deviceId, "device.approved", null, cancellationToken);
        wake.Wake(deviceId);
        return true;
    }

    /// <summary>Cuts a device off: it is still watched and gets no command, no plugin and no remote session. False when it is in quarantine.</summary>
    public async Task<bool> QuarantineAsync(AccessScope scope, Guid deviceId, string reason, CancellationToken cancellationToken)
    {
        reason = AgentText.Clean(reason, MaximumReason);
        if (!await ChangeAsync(deviceId, "status = 'quarantined', quarantine_reason = $3", "status <> 'quarantined'", reason, cancellationToken))
        {
            return false;
        }
        events.StatusChanged(deviceId, DeviceStatus.Quarantined);
        wake.CutOffSessions(deviceId);
        await RecordAsync(scope, deviceId, "device.quarantined", new JsonObject { ["reason"] = reason }, cancellationToken);
        return true;
    }

    /// <summary>Ends a quarantine. False when there is none.</summary>
    public async Task<bool> ReleaseAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        if (!await ChangeAsync(deviceId, "status = 'offline', quarantine_reason = NULL", "status = 'quarantined'", null, cancellationToken))
        {
            return false;
        }
        // Its next heartbeat says that it is online.
        events.StatusChanged(deviceId, DeviceStatus.Offline);
        await RecordAsync(scope, deviceId, "device.released", null, cancellationToken);
        wake.Wake(deviceId);
        return true;
    }

    public async Task RequestRotationAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        await tokens.RequestRotationAsync(deviceId, cancellationToken);
        await RecordAsync(scope, deviceId, "device.token_rotation_requested", null, cancellationToken);
    }

    public async Task RevokeTokensAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        await tokens.RevokeAsync(deviceId, cancellationToken);
        await RecordAsync(scope, deviceId, "device.token_revoked", null, cancellationToken);
    }

    /// <summary>Takes note of the process that reports; two machines that report as one device are cut off until a person has looked.</summary>
    public async ValueTask ObserveAsync(AgentEntry agent, string instance, CancellationToken cancellationToken)
    {
        if (instance == agent.Instances.Current)
        {
            return;
        }
        if (!agent.Instances.Observe(instance))
        {
            bus.Publish(Topics.AgentInstance, [.. bus.NodeId.ToByteArray(), .. agent.DeviceId.ToByteArray(), .. Encoding.UTF8.GetBytes(instance)]);
            return;
        }
        await QuarantineAsync(
            AccessScope.System, agent.DeviceId,
            "Two machines report as this device: its agent's state was copied, most likely with a disk image. Remove the state from the copy and enrol it, then release this one.",
            cancellationToken);
    }

    async Task<bool> ChangeAsync(Guid deviceId, string change, string condition, string? reason, CancellationToken cancellationToken)
    {
        await using (var command = database.System.CreateCommand($"UPDATE devices SET {change}, updated_at = $2 WHERE id = $1 AND {condition}"))
        {
            command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = deviceId }, new() { Value = time.GetUtcNow() } });
            if (reason is not null)
            {
                command.Parameters.Add(new() { Value = reason });
            }
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }
        }
        await directory.RefreshAsync(cancellationToken);
        bus.Publish(Topics.Agents, deviceId.ToByteArray());
        return true;
    }

    Task RecordAsync(AccessScope scope, Guid deviceId, string action, JsonObject? detail, CancellationToken cancellationToken)
    {
        var agent = directory.Find(deviceId);
        return audit.WriteAsync(scope, new AuditRecord(action, "device", deviceId.ToString())
        {
            PartnerId = agent?.PartnerId, OrganizationId = agent?.OrganizationId, Detail = detail?.ToJsonString() ?? "{}",
        }, cancellationToken);
    }
}
