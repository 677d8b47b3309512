using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Identity;

/// <summary>Enrolment keys, and the enrolments that they allow.</summary>
public sealed class EnrollmentService(
    Database database, AgentDirectory directory, AgentConfigurations configurations, WakeService wake, EventBus bus, IAuditLog audit, TimeProvider time)
{
    /// <summary>Makes a key for a site within the scope's reach; null when there is no such site. The key is shown this once.</summary>
    public async Task<CreatedEnrollmentKey?> CreateKeyAsync(
        AccessScope scope, Guid siteId, string? name, int? maxUses, int? expiresInHours, bool requiresApproval, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateContext(scope);
        var site = await context.Sites.SingleOrDefaultAsync(s => s.Id == siteId, cancellationToken);
        if (site is null)
        {
            return null;
        }
        var key = SecretToken.Create("brz_enroll_");
        var row = new EnrollmentKey
        {
            Id = Guid.CreateVersion7(now), PartnerId = site.PartnerId, OrganizationId = site.OrganizationId, SiteId = site.Id,
            Name = AgentText.Clean(name ?? "", 200), KeyHash = SecretToken.Hash(key), MaxUses = maxUses,
            ExpiresAt = expiresInHours is { } hours ? now.AddHours(hours) : null, RequiresApproval = requiresApproval, CreatedBy = scope.UserId, CreatedAt = now,
        };
        context.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("enrollment_key.created", "enrollment_key", row.Id.ToString())
        {
            PartnerId = site.PartnerId, OrganizationId = site.OrganizationId,
            Detail = JsonSerializer.Serialize(new { name = row.Name, site_id = site.Id, max_uses = maxUses, expires_at = row.ExpiresAt, requires_approval = requiresApproval }),
        }, cancellationToken);
        return new(row.Id, key);
    }

    /// <summary>Ends a key; devices that enrolled with it stay. False when there is no such key within reach.</summary>
    public async Task<bool> RevokeKeyAsync(AccessScope scope, Guid keyId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var key = await context.EnrollmentKeys.SingleOrDefaultAsync(k => k.Id == keyId, cancellationToken);
        if (key is null)
        {
            return false;
        }
        key.RevokedAt ??= time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("enrollment_key.revoked", "enrollment_key", key.Id.ToString()) { OrganizationId = key.OrganizationId }, cancellationToken);
        return true;
    }

    /// <summary>
    /// Enrols an agent. A machine that the organization knows keeps its device and history, and its earlier tokens end.
    /// The request has been checked for its form.
    /// </summary>
    public async Task<EnrollmentResult> EnrollAsync(EnrollRequest request, string address, CancellationToken cancellationToken)
    {
        // What follows needs a connection each: holding this one meanwhile, a crowd of new agents would wait for each other.
        var (enrolled, refused) = await StoreAsync(request, address, cancellationToken);
        if (enrolled is not { } device)
        {
            return refused!;
        }
        await directory.RefreshAsync(device.Id, cancellationToken);
        bus.Publish(Topics.Agents, device.Id.ToByteArray());
        // Whoever was connected as this device holds a token that has just ended.
        wake.Disconnect(device.Id);
        await audit.WriteAsync(AccessScope.None, new AuditRecord("device.enrolled", "device", device.Id.ToString())
        {
            PartnerId = device.PartnerId, OrganizationId = device.OrganizationId, Address = address, AgentId = device.Id,
            Detail = JsonSerializer.Serialize(new Dictionary<string, object> { ["hostname"] = request.Hostname, ["waits"] = device.Waits, ["cloned"] = device.IsClone }),
        }, cancellationToken);
        return new(new EnrollResponse(device.Id, device.Token, configurations.For(directory.Find(device.Id)!)), null, null);
    }

    async Task<(Enrolled? Device, EnrollmentResult? Refused)> StoreAsync(EnrollRequest request, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = SecretToken.Hash(request.EnrollmentKey);
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // One statement counts the use and checks the limits, so that two enrolments at once cannot share the last use.
        Guid partnerId, organizationId, siteId;
        bool requiresApproval;
        await using (var use = new NpgsqlCommand(
            """
            UPDATE enrollment_keys k SET uses = uses + 1 FROM organizations o, partners p
            WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2) AND (k.max_uses IS NULL OR k.uses < k.max_uses)
              AND o.id = k.organization_id AND p.id = k.partner_id AND o.status = 'active' AND p.status = 'active'
            RETURNING k.partner_id, k.organization_id, k.site_id, k.requires_approval
            """, connection) { Parameters = { new() { Value = hash }, new() { Value = now } } })
        await using (var reader = await use.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                await reader.CloseAsync();
                return (null, await ExplainAsync(connection, hash, now, cancellationToken));
            }
            (partnerId, organizationId, siteId, requiresApproval) = (reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetBoolean(3));
        }

        var machineId = await ClonedMachines.IdentifyAsync(connection, organizationId, request, now, cancellationToken);
        if (await DeviceLimits.RefusalAsync(connection, partnerId, organizationId, machineId, cancellationToken) is { } full)
        {
            return (null, new(null, DeviceLimits.Code, full));
        }
        var deviceId = await UpsertDeviceAsync(connection, request, machineId, now, partnerId, organizationId, siteId, requiresApproval, cancellationToken);
        var token = SecretToken.Create("brz_agent_");
        await using (var tokens = new NpgsqlCommand(
            """
            WITH ended AS (UPDATE agent_tokens SET revoked_at = $4 WHERE device_id = $2 AND revoked_at IS NULL),
            present AS (INSERT INTO device_presence (device_id, address) VALUES ($2, $5) ON CONFLICT (device_id) DO UPDATE SET address = $5)
            INSERT INTO agent_tokens (id, device_id, token_hash, created_at, confirmed_at) VALUES ($1, $2, $3, $4, $4)
            """, connection)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7(now) }, new() { Value = deviceId }, new() { Value = SecretToken.Hash(token) },
                new() { Value = now }, new() { Value = address },
            },
        })
        {
            await tokens.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return (new(deviceId, partnerId, organizationId, token, requiresApproval, machineId != request.MachineId), null);
    }

    /// <summary>A device as the transaction left it.</summary>
    readonly record struct Enrolled(Guid Id, Guid PartnerId, Guid OrganizationId, string Token, bool Waits, bool IsClone);

    static async Task<Guid> UpsertDeviceAsync(
        NpgsqlConnection connection, EnrollRequest request, string machineId, DateTimeOffset now, Guid partnerId, Guid organizationId, Guid siteId, bool requiresApproval,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, os_name, os_version, arch, agent_version, enrolled_at, created_at, updated_at,
                approval, fingerprint)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $12, $13, $14)
            ON CONFLICT (organization_id, machine_id) DO UPDATE SET hostname = $5, os_family = $7, os_name = $8, os_version = $9, arch = $10, agent_version = $11,
                enrolled_at = $12, updated_at = $12, fingerprint = coalesce($14, devices.fingerprint),
                -- Whoever holds such a key and knows a machine's id must not become that machine without a look.
                approval = CASE WHEN $13 = 'waiting' THEN 'waiting' ELSE devices.approval END
            RETURNING id
            """, connection)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7(now) }, new() { Value = partnerId }, new() { Value = organizationId }, new() { Value = siteId },
                new() { Value = request.Hostname }, new() { Value = machineId }, new() { Value = request.Os.Family },
                new() { Value = request.Os.Name }, new() { Value = request.Os.Version }, new() { Value = request.Os.Arch },
                new() { Value = request.AgentVersion }, new() { Value = now }, new() { Value = requiresApproval ? "waiting" : "approved" },
                new() { Value = (object?)request.Fingerprint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    static async Task<EnrollmentResult> ExplainAsync(NpgsqlConnection connection, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT revoked_at, expires_at, uses, max_uses FROM enrollment_keys WHERE key_hash = $1", connection)
        {
            Parameters = { new() { Value = hash } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return new(null, "enrollment_key_unknown", "There is no such enrolment key. Copy it again from Enrolment in Breeze.");
        }
        if (!reader.IsDBNull(0))
        {
            return new(null, "enrollment_key_revoked", "This enrolment key was revoked. Create a new one under Enrolment in Breeze.");
        }
        if (!reader.IsDBNull(1) && reader.GetFieldValue<DateTimeOffset>(1) <= now)
        {
            return new(null, "enrollment_key_expired", "This enrolment key has expired. Create a new one under Enrolment in Breeze.");
        }
        if (!reader.IsDBNull(3) && reader.GetInt32(2) >= reader.GetInt32(3))
        {
            return new(null, "enrollment_key_used_up", $"This enrolment key was for {reader.GetInt32(3)} devices, and all are enrolled. Create a new one under Enrolment in Breeze.");
        }
        return new(null, "tenant_suspended", "The organization of this enrolment key takes no new devices now. Ask its administrator.");
    }
}
