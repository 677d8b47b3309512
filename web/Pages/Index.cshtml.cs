using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>What a technician wants to know first: what is down, what does not work, what happened.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed class IndexModel(BreezeDbContext database, AccessScope scope, TenantView tenant) : PageModel
{
    const int MostOffline = 8;

    public IReadOnlyList<(string Status, int Count)> Counts { get; private set; } = [];

    public int Total => Counts.Sum(c => c.Count);

    public IReadOnlyList<Device> Offline { get; private set; } = [];

    public IReadOnlyList<PluginProblem> Problems { get; private set; } = [];

    public IReadOnlyList<AuditEntry> Activity { get; private set; } = [];

    public bool CanSeeActivity => scope.Can(Permissions.AuditRead);

    public bool CanEnroll => scope.Can(Permissions.EnrollmentWrite);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        // One connection for the page: else each query would say anew whose it is.
        await database.ConnectAsync(cancellationToken);
        var devices = database.Devices.AsNoTracking();
        if (tenant.SiteId is { } site)
        {
            devices = devices.Where(d => d.SiteId == site);
        }
        else if (tenant.OrganizationId is { } organization)
        {
            devices = devices.Where(d => d.OrganizationId == organization);
        }
        var counts = await devices.GroupBy(d => d.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        Counts =
        [
            .. ((string[])[DeviceStatus.Online, DeviceStatus.Offline]).Select(s => (s, counts.GetValueOrDefault(s))),
            .. ((string[])[DeviceStatus.Pending, DeviceStatus.Maintenance, DeviceStatus.Quarantined]).Where(counts.ContainsKey).Select(s => (s, counts[s])),
        ];
        Offline = await OfflineAsync(devices, cancellationToken);
        Problems = await database.DevicePlugins.Where(p => p.State != "active" && devices.Any(d => d.Id == p.DeviceId))
            .GroupBy(p => new { p.PluginId, p.State })
            .Select(g => new PluginProblem(g.Key.PluginId, g.Key.State, g.Count(), g.Max(p => p.Error))).ToListAsync(cancellationToken);
        if (CanSeeActivity)
        {
            Activity = await database.AuditLog.AsNoTracking().Where(a => tenant.OrganizationId == null || a.OrganizationId == tenant.OrganizationId).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(10).ToListAsync(cancellationToken);
        }
        return Request.WantsPartial() ? Partial("_Dashboard", this) : Page();
    }

    /// <summary>
    /// Those that went last. Their ids first, each with its last contact looked up: joined, all presences would be read, and the devices' whole rows sorted.
    /// </summary>
    async Task<IReadOnlyList<Device>> OfflineAsync(IQueryable<Device> devices, CancellationToken cancellationToken)
    {
        var (organization, site) = (tenant.SiteId is null ? tenant.OrganizationId : null, tenant.SiteId);
        var ids = await database.Database.SqlQuery<Guid>(
            $"""
            SELECT n.id AS "Value" FROM (SELECT d.id FROM devices d
                WHERE d.status = 'offline' AND ({organization}::uuid IS NULL OR d.organization_id = {organization}) AND ({site}::uuid IS NULL OR d.site_id = {site}) OFFSET 0) n
            JOIN LATERAL (SELECT p.last_seen_at FROM device_presence p WHERE p.device_id = n.id OFFSET 0) p ON true
            ORDER BY p.last_seen_at DESC NULLS LAST LIMIT {MostOffline}
            """).ToListAsync(cancellationToken);
        var found = await devices.Include(d => d.Presence).Where(d => ids.Contains(d.Id)).ToListAsync(cancellationToken);
        return [.. found.OrderByDescending(d => d.Presence?.LastSeenAt ?? DateTimeOffset.MinValue)];
    }
}

/// <summary>A plugin that does not work on some devices.</summary>
public sealed record PluginProblem(string PluginId, string State, int Devices, string? Error);
