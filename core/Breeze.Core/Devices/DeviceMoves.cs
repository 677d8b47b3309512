using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>
/// Moves devices between sites, within an organization or to another one of the partner; their history goes along. All of them or none.
/// </summary>
public sealed class DeviceMoves(Database database, AgentDirectory directory, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MaximumDevices = 10_000;

    const string MoveStatement =
        """
        WITH moved AS (
            UPDATE devices SET organization_id = $2, site_id = $3, updated_at = $5 WHERE id = ANY ($1) AND partner_id = $4 RETURNING id),
        -- What does not point at the device's place by a key of its own.
        runs AS (UPDATE automation_runs SET organization_id = $2 WHERE device_id = ANY ($1) AND organization_id IS NOT NULL AND organization_id <> $2),
        events AS (UPDATE outbox_events SET organization_id = $2 WHERE device_id = ANY ($1) AND processed_at IS NULL),
        -- What belongs to the organization that they leave.
        groups AS (DELETE FROM device_group_members m USING device_groups g
            WHERE m.device_id = ANY ($1) AND g.id = m.group_id AND g.organization_id IS NOT NULL AND g.organization_id <> $2),
        policies AS (DELETE FROM policy_compliance c USING policies p
            WHERE c.device_id = ANY ($1) AND p.id = c.policy_id AND p.organization_id IS NOT NULL AND p.organization_id <> $2)
        SELECT count(*) FROM moved
        """;

    /// <summary>Moves devices that the scope reaches to a site that it reaches.</summary>
    public async Task<Outcome<MoveResult>> MoveAsync(AccessScope scope, IReadOnlyCollection<Guid> deviceIds, Guid siteId, CancellationToken cancellationToken)
    {
        var ids = deviceIds.ToHashSet();
        if (ids.Count is 0 or > MaximumDevices)
        {
            return Refusal.Invalid("device_ids_invalid", $"Name the devices to move, {MaximumDevices} at most.");
        }
        await using var context = database.CreateContext(scope);
        var devices = await context.Devices.AsNoTracking().Where(d => ids.Contains(d.Id)).ToListAsync(cancellationToken);
        return devices.Count < ids.Count
            ? new Refusal(RefusalKind.NotFound, "device_not_found", $"{ids.Count - devices.Count} of the {ids.Count} devices are not there or not within your reach. Nothing was moved.")
            : await MoveAsync(context, scope, devices, siteId, cancellationToken);
    }

    /// <summary>Moves everything at one site to another.</summary>
    public async Task<Outcome<MoveResult>> MoveSiteAsync(AccessScope scope, Guid fromSiteId, Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (!await context.Sites.AnyAsync(s => s.Id == fromSiteId, cancellationToken))
        {
            return Refusal.NotFound("site");
        }
        return await MoveAsync(context, scope, await context.Devices.AsNoTracking().Where(d => d.SiteId == fromSiteId).ToListAsync(cancellationToken), siteId, cancellationToken);
    }

    async Task<Outcome<MoveResult>> MoveAsync(BreezeDbContext context, AccessScope scope, List<Device> devices, Guid siteId, CancellationToken cancellationToken)
    {
        if (await context.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == siteId, cancellationToken) is not { } site)
        {
            return Refusal.NotFound("site");
        }
        devices = [.. devices.Where(d => d.SiteId != siteId)];
        if (devices.Count == 0)
        {
            return new MoveResult(0);
        }
        var refusal = await StoreAsync(devices, site, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        await PublishAsync(siteId, cancellationToken);
        foreach (var from in devices.GroupBy(d => (d.OrganizationId, d.SiteId)))
        {
            await RecordAsync(scope, site, from.Key.OrganizationId, from.Key.SiteId, [.. from], cancellationToken);
        }
        return new MoveResult(devices.Count);
    }

    async Task<Refusal?> StoreAsync(List<Device> devices, Site site, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var foreign = devices.Where(d => d.OrganizationId != site.OrganizationId).ToList();
        if (await ReadAsync<string>(connection, "SELECT status FROM organizations WHERE id = $1 FOR NO KEY UPDATE", cancellationToken, site.OrganizationId) != TenantStatus.Active)
        {
            return Refusal.Conflict("tenant_suspended", "The organization of that site is suspended or closed, so it takes no devices now.");
        }
        if (foreign.Count > 0)
        {
            if (await DeviceLimits.ForOrganizationAsync(connection, site.OrganizationId, foreign.Count, cancellationToken) is { } full)
            {
                return Refusal.Conflict(DeviceLimits.Code, full);
            }
            var machines = foreign.Select(d => d.MachineId).ToArray();
            var known = await ReadAsync<string>(connection, "SELECT hostname FROM devices WHERE organization_id = $1 AND machine_id = ANY ($2) LIMIT 1", cancellationToken, site.OrganizationId, machines);
            if (known is not null || machines.Distinct().Count() < machines.Length)
            {
                return MachineKnown(known ?? foreign[0].Hostname);
            }
        }
        try
        {
            await using var move = new NpgsqlCommand(MoveStatement, connection)
            {
                Parameters =
                {
                    new() { Value = devices.Select(d => d.Id).ToArray() }, new() { Value = site.OrganizationId }, new() { Value = site.Id },
                    new() { Value = site.PartnerId }, new() { Value = time.GetUtcNow() },
                },
                CommandTimeout = 300,
            };
            if ((long)(await move.ExecuteScalarAsync(cancellationToken))! < devices.Count)
            {
                return Refusal.Conflict("devices_changed", "Some of the devices were removed meanwhile. Nothing was moved; look again.");
            }
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return MachineKnown(foreign[0].Hostname);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Refusal.NotFound("site");
        }
    }

    /// <summary>
    /// For a bulk action: moves those of the devices that can, each for itself, in the transaction of the connection. <see cref="PublishAsync"/> follows its commit.
    /// </summary>
    public async Task<IReadOnlyList<BulkItemResult>> MoveBatchAsync(NpgsqlConnection connection, Guid partnerId, IReadOnlyList<Guid> deviceIds, Guid siteId, CancellationToken cancellationToken)
    {
        if (await ReadAsync<object>(connection,
            """
            SELECT o.id FROM sites s JOIN organizations o ON o.id = s.organization_id JOIN partners p ON p.id = o.partner_id AND p.status = 'active'
            WHERE s.id = $1 AND s.partner_id = $2 AND o.status = 'active' FOR NO KEY UPDATE OF o
            """, cancellationToken, siteId, partnerId) is not Guid organizationId)
        {
            return [.. deviceIds.Select(id => new BulkItemResult(id, "failed", "The site is gone, or its organization is suspended or closed."))];
        }
        var (refused, foreign) = (new Dictionary<Guid, string>(), new List<Guid>());
        await using (var check = new NpgsqlCommand(
            """
            SELECT d.id, d.hostname, EXISTS (SELECT 1 FROM devices o WHERE o.organization_id = $2 AND o.machine_id = d.machine_id)
                OR row_number() OVER (PARTITION BY d.machine_id ORDER BY d.id) > 1
            FROM devices d WHERE d.id = ANY ($1) AND d.organization_id <> $2
            """, connection) { Parameters = { new() { Value = deviceIds.ToArray() }, new() { Value = organizationId } } })
        await using (var reader = await check.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(2))
                {
                    refused[reader.GetGuid(0)] = $"The machine “{reader.GetString(1)}” is a device of that organization already. Remove one of the two.";
                }
                else
                {
                    foreign.Add(reader.GetGuid(0));
                }
            }
        }
        if (foreign.Count > 0 && await DeviceLimits.ForOrganizationAsync(connection, organizationId, foreign.Count, cancellationToken) is { } full)
        {
            foreign.ForEach(id => refused[id] = full);
        }
        var able = deviceIds.Where(id => !refused.ContainsKey(id)).ToArray();
        await using var move = new NpgsqlCommand(MoveStatement, connection)
        {
            Parameters = { new() { Value = able }, new() { Value = organizationId }, new() { Value = siteId }, new() { Value = partnerId }, new() { Value = time.GetUtcNow() } },
            CommandTimeout = 300,
        };
        await move.ExecuteNonQueryAsync(cancellationToken);
        return [.. deviceIds.Select(id => refused.TryGetValue(id, out var reason) ? new BulkItemResult(id, "failed", reason) : new BulkItemResult(id, "done"))];
    }

    /// <summary>Lets the agents' directories on all nodes know where devices are now.</summary>
    public async Task PublishAsync(Guid cause, CancellationToken cancellationToken)
    {
        await directory.RefreshAsync(cancellationToken);
        bus.Publish(Topics.Agents, cause.ToByteArray());
    }

    static Refusal MachineKnown(string hostname) => Refusal.Conflict("machine_known",
        $"The machine “{hostname}” is a device of that organization already. Remove one of the two; nothing was moved.");

    static async Task<T?> ReadAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments) where T : class
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }
        return await command.ExecuteScalarAsync(cancellationToken) as T;
    }

    /// <summary>To the log of the organization that they leave, and of the one that they come to.</summary>
    async Task RecordAsync(AccessScope scope, Site to, Guid organizationId, Guid fromSiteId, List<Device> devices, CancellationToken cancellationToken)
    {
        var detail = JsonSerializer.Serialize(new
        {
            before = new { organization_id = organizationId, site_id = fromSiteId }, after = new { organization_id = to.OrganizationId, site_id = to.Id },
            count = devices.Count, device_ids = devices.Take(100).Select(d => d.Id),
        });
        foreach (var organization in (Guid[])[.. new[] { organizationId, to.OrganizationId }.Distinct()])
        {
            await audit.WriteAsync(scope, new AuditRecord("device.moved", "device", devices.Count == 1 ? devices[0].Id.ToString() : "")
            {
                PartnerId = to.PartnerId, OrganizationId = organization, Detail = detail,
            }, cancellationToken);
        }
    }
}
