using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>
/// Ends an organization in two steps: closing leaves nothing running and everything readable, deleting removes what is left. The audit log stays.
/// </summary>
public sealed class Offboarding(Database database, AgentDirectory directory, WakeService wake, EventBus bus, IAuditLog audit, TimeProvider time)
{
    const int DevicesAtOnce = 200;
    static readonly TimeSpan CancelPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>What closing would end; null when there is no such organization within reach.</summary>
    public async Task<OffboardingPlan?> PlanAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        return await context.Organizations.AnyAsync(o => o.Id == id, cancellationToken) ? await PlanAsync(id, cancellationToken) : null;
    }

    /// <param name="confirmation">The organization's name, typed.</param>
    public async Task<Outcome<OffboardingPlan>> CloseAsync(AccessScope scope, Guid id, string? confirmation, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } organization)
        {
            return Refusal.NotFound("organization");
        }
        if (Organizations.Refuse(scope, organization) is { } refusal)
        {
            return refusal;
        }
        if (confirmation?.Trim() != organization.Name)
        {
            return Refusal.Invalid("confirmation_invalid", $"Type the name of the organization, “{organization.Name}”, to confirm that it is to be closed.");
        }
        var plan = await PlanAsync(id, cancellationToken);
        if (!await CloseAsync(id, cancellationToken))
        {
            return Refusal.Conflict("organization_closed", "Somebody else has closed it just now.");
        }
        await audit.WriteAsync(scope, new AuditRecord("organization.closed", "organization", id.ToString())
        {
            PartnerId = organization.PartnerId, OrganizationId = id,
            Detail = JsonSerializer.Serialize(new
            {
                before = new { status = organization.Status }, after = new { status = TenantStatus.Closed },
                ended = new { devices = plan.Devices, commands = plan.Commands, enrollment_keys = plan.EnrollmentKeys, people = plan.People, invitations = plan.Invitations },
            }),
        }, cancellationToken);
        return plan;
    }

    /// <summary>Closes without a question; the caller has asked. False when it was closed already.</summary>
    internal async Task<bool> CloseAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var running = new List<(Guid Device, Guid Command)>();
        await using (var connection = await database.System.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Keys first, as an enrolment does, so that the two never wait for each other.
            await ExecuteAsync(connection, "UPDATE enrollment_keys SET revoked_at = $2 WHERE organization_id = $1 AND revoked_at IS NULL", id, now, cancellationToken);
            if (await ExecuteAsync(connection, "UPDATE organizations SET status = 'closed', closed_at = $2, updated_at = $2 WHERE id = $1 AND status <> 'closed'", id, now, cancellationToken) == 0)
            {
                return false;
            }
            await ExecuteAsync(connection, "UPDATE invitations SET revoked_at = $2 WHERE organization_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL", id, now, cancellationToken);
            await ExecuteAsync(connection, "DELETE FROM organization_users WHERE organization_id = $1 AND $2::timestamptz IS NOT NULL", id, now, cancellationToken);
            await using (var commands = new NpgsqlCommand(
                """
                WITH open AS (SELECT id, device_id, status FROM device_commands WHERE organization_id = $1 AND finished_at IS NULL FOR UPDATE),
                ended AS (
                    UPDATE device_commands c SET status = 'cancelled', finished_at = $2, lease_until = NULL, cancel_requested_at = coalesce(cancel_requested_at, $2)
                    FROM open WHERE c.id = open.id),
                stored AS (
                    INSERT INTO command_results (command_id, device_id, status, stderr, received_at)
                    SELECT id, device_id, 'cancelled', CASE status WHEN 'queued' THEN 'The organization was closed before the device fetched the command.'
                        ELSE 'The organization was closed meanwhile. The agent was asked to stop the command; its result can no longer arrive.' END, $2
                    FROM open ON CONFLICT DO NOTHING)
                SELECT device_id, id FROM open WHERE status <> 'queued'
                """, connection) { Parameters = { new() { Value = id }, new() { Value = now } } })
            await using (var reader = await commands.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    running.Add((reader.GetGuid(0), reader.GetGuid(1)));
                }
            }
            await ExecuteAsync(connection,
                "UPDATE agent_tokens SET revoked_at = $2 WHERE revoked_at IS NULL AND device_id IN (SELECT id FROM devices WHERE organization_id = $1)", id, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        if (running.Count > 0)
        {
            foreach (var (device, command) in running)
            {
                wake.Cancel(device, command);
            }
            // The last word to the agents must be out before their channels close.
            await Task.Delay(CancelPatience, time, CancellationToken.None);
        }
        foreach (var device in directory.ForgetOrganization(id))
        {
            wake.DisconnectLocally(device);
        }
        bus.Publish(Topics.OrganizationClosed, id.ToByteArray());
        return true;
    }

    /// <summary>Deletes a closed organization with everything of its devices. Runs to its end even when the caller hangs up; if the server stops, ask again.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } organization)
        {
            return Refusal.NotFound("organization");
        }
        if (scope.SiteIds is not null)
        {
            return Organizations.Refuse(scope, organization);
        }
        if (organization.Status != TenantStatus.Closed)
        {
            return Refusal.Conflict("organization_not_closed", "Close the organization first. What is closed can be looked at once more before it is deleted.");
        }
        var devices = await DeleteDataAsync(id);
        await audit.WriteAsync(scope, new AuditRecord("organization.deleted", "organization", id.ToString())
        {
            PartnerId = organization.PartnerId, OrganizationId = id,
            Detail = JsonSerializer.Serialize(new { before = Organizations.Describe(organization), devices }),
        }, cancellationToken);
        return null;
    }

    /// <summary>Deletes an organization and everything of it, without a question; answers how many devices there were.</summary>
    internal async Task<int> DeleteDataAsync(Guid id)
    {
        var devices = 0;
        int batch;
        do
        {
            batch = await DeleteDevicesAsync(id);
            devices += batch;
        }
        while (batch == DevicesAtOnce);
        await DeleteRestAsync(id);
        return devices;
    }

    async Task<int> DeleteDevicesAsync(Guid organizationId)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH batch AS (SELECT id FROM devices WHERE organization_id = $1 LIMIT $2),
            metrics AS (DELETE FROM device_metrics WHERE device_id IN (SELECT id FROM batch)),
            minutes AS (DELETE FROM metric_rollups_5m WHERE device_id IN (SELECT id FROM batch)),
            hours AS (DELETE FROM metric_rollups_1h WHERE device_id IN (SELECT id FROM batch)),
            days AS (DELETE FROM metric_rollups_1d WHERE device_id IN (SELECT id FROM batch))
            DELETE FROM devices WHERE id IN (SELECT id FROM batch)
            """);
        command.Parameters.Add(new() { Value = organizationId });
        command.Parameters.Add(new() { Value = DevicesAtOnce });
        command.CommandTimeout = 300;
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    async Task DeleteRestAsync(Guid organizationId)
    {
        await using var connection = await database.System.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        foreach (var table in (string[])["enrollment_keys", "invitations", "organization_users", "automation_runs", "automations", "policies", "alert_rules",
            "scripts", "notification_channels", "device_groups", "access_denials", "sites"])
        {
            await using var delete = new NpgsqlCommand($"DELETE FROM {table} WHERE organization_id = $1", connection) { Parameters = { new() { Value = organizationId } } };
            await delete.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await using (var rest = new NpgsqlCommand("UPDATE partner_users SET organization_ids = array_remove(organization_ids, $1) WHERE $1 = ANY (organization_ids)", connection)
        {
            Parameters = { new() { Value = organizationId } },
        })
        {
            await rest.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await using (var organization = new NpgsqlCommand("DELETE FROM organizations WHERE id = $1 AND status = 'closed'", connection) { Parameters = { new() { Value = organizationId } } })
        {
            await organization.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await transaction.CommitAsync(CancellationToken.None);
    }

    async Task<OffboardingPlan> PlanAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT (SELECT count(*) FROM devices WHERE organization_id = $1),
                   (SELECT count(*) FROM device_commands WHERE organization_id = $1 AND finished_at IS NULL),
                   (SELECT count(*) FROM enrollment_keys WHERE organization_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
                       AND (max_uses IS NULL OR uses < max_uses)),
                   (SELECT count(*) FROM organization_users WHERE organization_id = $1),
                   (SELECT count(*) FROM invitations WHERE organization_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL),
                   (SELECT count(*) FROM sites WHERE organization_id = $1)
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
    }

    static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = id }, new() { Value = now } } };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
