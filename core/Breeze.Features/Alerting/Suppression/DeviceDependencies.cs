using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>What stands in front of what: the gateway of a site, and the devices that a device depends on. Never in a circle.</summary>
public sealed class DeviceDependencies(Database database, EventBus bus, IAuditLog audit)
{
    public const int MostOfADevice = 20;

    /// <summary>What a device depends on, as far as it is in reach: what it names, and its site's gateway.</summary>
    public async Task<IReadOnlyList<UpstreamDevice>> OfAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT u.id, coalesce(u.display_name, u.hostname), u.status, e.is_gateway FROM (
                SELECT p.upstream_id, false AS is_gateway FROM device_dependencies p WHERE p.device_id = $1
                UNION ALL SELECT s.gateway_device_id, true FROM devices d JOIN sites s ON s.id = d.site_id WHERE d.id = $1 AND s.gateway_device_id <> d.id) AS e
            JOIN devices u ON u.id = e.upstream_id ORDER BY e.is_gateway DESC, 2, u.id
            """, connection) { Parameters = { new() { Value = deviceId } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<UpstreamDevice>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        }
        return found;
    }

    /// <summary>The gateway of a site, if it has one.</summary>
    public async Task<Guid?> GatewayAsync(AccessScope scope, Guid siteId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT gateway_device_id FROM sites WHERE id = $1", connection) { Parameters = { new() { Value = siteId } } };
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>Names what a device depends on; whole, in place of what was named before.</summary>
    public async Task<Refusal?> SetAsync(AccessScope scope, Guid deviceId, IReadOnlyCollection<Guid> upstreams, CancellationToken cancellationToken)
    {
        var wanted = upstreams.Distinct().ToArray();
        if (wanted.Length > MostOfADevice)
        {
            return Refusal.Invalid("upstream_ids_invalid", $"A device depends on {MostOfADevice} others at most. Name what stands in front of all of them, and let them depend on each other.");
        }
        await using var tenancy = database.CreateContext(scope);
        if (await tenancy.Devices.Where(d => d.Id == deviceId).Select(d => new { d.PartnerId, d.OrganizationId }).SingleOrDefaultAsync(cancellationToken) is not { } device)
        {
            return Refusal.NotFound("device");
        }
        if (wanted.Contains(deviceId))
        {
            return Circle();
        }
        // Of the same organization: another's outage is nobody else's business.
        if (await tenancy.Devices.CountAsync(d => wanted.Contains(d.Id) && d.OrganizationId == device.OrganizationId, cancellationToken) < wanted.Length)
        {
            return Refusal.Invalid("upstream_ids_invalid", "One of the devices is not there, or belongs to another organization. A device depends on devices of its own organization.");
        }
        var refusal = await WriteAsync(
            device.PartnerId, [deviceId], cancellationToken,
            ("DELETE FROM device_dependencies WHERE device_id = $1 AND upstream_id <> ALL ($2)", [deviceId, wanted]),
            ("INSERT INTO device_dependencies (device_id, upstream_id) SELECT $1, u FROM unnest($2) AS u ON CONFLICT DO NOTHING", [deviceId, wanted]));
        if (refusal is null)
        {
            await RecordAsync(scope, "device.dependencies_changed", "device", deviceId, device.PartnerId, device.OrganizationId, new { upstream_ids = wanted }, cancellationToken);
        }
        return refusal;
    }

    /// <summary>Names a device of the site as what stands in front of all others there; null for none.</summary>
    public async Task<Refusal?> SetGatewayAsync(AccessScope scope, Guid siteId, Guid? deviceId, CancellationToken cancellationToken)
    {
        await using var tenancy = database.CreateContext(scope);
        if (await tenancy.Sites.Where(s => s.Id == siteId).Select(s => new { s.PartnerId, s.OrganizationId }).SingleOrDefaultAsync(cancellationToken) is not { } site)
        {
            return Refusal.NotFound("site");
        }
        if (deviceId is { } device && !await tenancy.Devices.AnyAsync(d => d.Id == device && d.OrganizationId == site.OrganizationId, cancellationToken))
        {
            return Refusal.Invalid("gateway_invalid", "The gateway is a device of the site's own organization. Choose one of those.");
        }
        var refusal = await WriteAsync(
            site.PartnerId, deviceId is { } gateway ? [gateway] : [], cancellationToken, ("UPDATE sites SET gateway_device_id = $2 WHERE id = $1", [siteId, (object?)deviceId ?? DBNull.Value]));
        if (refusal is null)
        {
            await RecordAsync(scope, "site.gateway_changed", "site", siteId, site.PartnerId, site.OrganizationId, new { gateway_device_id = deviceId }, cancellationToken);
        }
        return refusal;
    }

    /// <summary>Writes, one at a time of a partner, unless one of the devices would then stand in front of itself.</summary>
    async Task<Refusal?> WriteAsync(Guid partner, Guid[] devices, CancellationToken cancellationToken, params (string Sql, object[] Values)[] statements)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        (string, object[])[] all = [("SELECT pg_advisory_xact_lock(hashtextextended('breeze-dependencies:' || $1, 0))", [partner.ToString()]), .. statements];
        foreach (var (sql, values) in all)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(values.Select(v => v is DBNull ? new NpgsqlParameter { Value = v, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } : new NpgsqlParameter { Value = v }).ToArray());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var circle = new NpgsqlCommand(
            """
            WITH RECURSIVE edges AS NOT MATERIALIZED (
                SELECT p.device_id, p.upstream_id FROM device_dependencies p
                UNION ALL SELECT d.id, s.gateway_device_id FROM devices d JOIN sites s ON s.id = d.site_id WHERE s.gateway_device_id IS NOT NULL AND s.gateway_device_id <> d.id),
            up (device_id, upstream_id) AS (
                SELECT e.device_id, e.upstream_id FROM edges e WHERE e.device_id = ANY ($1)
                UNION SELECT up.device_id, e.upstream_id FROM up JOIN edges e ON e.device_id = up.upstream_id)
            SELECT 1 FROM up WHERE upstream_id = device_id LIMIT 1
            """, connection) { Parameters = { new() { Value = devices } } })
        {
            if (await circle.ExecuteScalarAsync(cancellationToken) is not null)
            {
                return Circle();
            }
        }
        await transaction.CommitAsync(cancellationToken);
        bus.Publish(AlertTopics.Suppression, []);
        return null;
    }

    static Refusal Circle() => Refusal.Conflict("dependency_circle", "Then the device would stand in front of itself. Take the dependency in the other direction, or the site's gateway, away first.");

    Task RecordAsync(AccessScope scope, string action, string kind, Guid id, Guid partner, Guid organization, object detail, CancellationToken cancellationToken) => audit.WriteAsync(
        scope, new AuditRecord(action, kind, id.ToString()) { PartnerId = partner, OrganizationId = organization, Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}

/// <summary>A device that another depends on.</summary>
public sealed record UpstreamDevice(Guid Id, string Name, string Status, bool IsGateway);
