using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>Creates, changes and removes sites.</summary>
public sealed class Sites(Database database, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<Site>> CreateAsync(AccessScope scope, Guid organizationId, string? name, string? timeZone, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == organizationId, cancellationToken) is not { } organization)
        {
            return Refusal.NotFound("organization");
        }
        if (Organizations.Refuse(scope, organization) is { } refusal)
        {
            return refusal;
        }
        if (TenantNames.Clean(name) is not { } clean)
        {
            return TenantNames.Invalid();
        }
        if (!IsTimeZone(timeZone ?? "UTC"))
        {
            return UnknownTimeZone();
        }
        var now = time.GetUtcNow();
        var site = new Site
        {
            Id = Guid.CreateVersion7(now), PartnerId = organization.PartnerId, OrganizationId = organizationId, Name = clean, TimeZone = timeZone ?? "UTC", CreatedAt = now, UpdatedAt = now,
        };
        context.Add(site);
        if (await TenantNames.SaveAsync(context, "a site of this organization", clean, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "site.created", site, new { after = Describe(site) }, cancellationToken);
        return site;
    }

    public async Task<Outcome<Site>> UpdateAsync(AccessScope scope, Guid id, string? name, string? timeZone, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Sites.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } site)
        {
            return Refusal.NotFound("site");
        }
        if (name is not null && TenantNames.Clean(name) is null)
        {
            return TenantNames.Invalid();
        }
        if (timeZone is not null && !IsTimeZone(timeZone))
        {
            return UnknownTimeZone();
        }
        var before = Describe(site);
        site.Name = TenantNames.Clean(name) ?? site.Name;
        site.TimeZone = timeZone ?? site.TimeZone;
        site.UpdatedAt = time.GetUtcNow();
        if (await TenantNames.SaveAsync(context, "a site of this organization", site.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "site.updated", site, new { before, after = Describe(site) }, cancellationToken);
        return site;
    }

    /// <summary>Removes a site without devices, with its enrolment keys.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } site)
        {
            return Refusal.NotFound("site");
        }
        if (await RemoveAsync(id, cancellationToken) is not { } keys)
        {
            var devices = await context.Devices.CountAsync(d => d.SiteId == id, cancellationToken);
            return Refusal.Conflict("site_not_empty", $"{(devices == 1 ? "1 device is" : $"{devices} devices are")} still at this site. Move them to another site or remove them first.");
        }
        await RecordAsync(scope, "site.removed", site, new { before = Describe(site), enrollment_keys = keys }, cancellationToken);
        return null;
    }

    /// <summary>How many enrolment keys went with it; null when there are devices, and nothing was removed.</summary>
    async Task<int?> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            int keys;
            await using (var delete = new NpgsqlCommand("DELETE FROM enrollment_keys WHERE site_id = $1", connection) { Parameters = { new() { Value = id } } })
            {
                keys = await delete.ExecuteNonQueryAsync(cancellationToken);
            }
            await using (var delete = new NpgsqlCommand("DELETE FROM sites WHERE id = $1", connection) { Parameters = { new() { Value = id } } })
            {
                await delete.ExecuteNonQueryAsync(cancellationToken);
            }
            await transaction.CommitAsync(cancellationToken);
            return keys;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }
    }

    static bool IsTimeZone(string id) => id.Length is > 0 and <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId;

    static Refusal UnknownTimeZone() => Refusal.Invalid("time_zone_invalid", "The time zone is a name of the IANA list, such as Europe/Berlin or UTC.");

    static object Describe(Site s) => new { name = s.Name, time_zone = s.TimeZone };

    Task RecordAsync(AccessScope scope, string action, Site site, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "site", site.Id.ToString())
        {
            PartnerId = site.PartnerId, OrganizationId = site.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
