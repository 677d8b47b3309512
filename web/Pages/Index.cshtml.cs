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
        Offline = await devices.Include(d => d.Presence).Where(d => d.Status == DeviceStatus.Offline)
            .OrderByDescending(d => d.Presence!.LastSeenAt).Take(8).ToListAsync(cancellationToken);
        Problems = await database.DevicePlugins.Where(p => p.State != "active" && devices.Any(d => d.Id == p.DeviceId))
            .GroupBy(p => new { p.PluginId, p.State })
            .Select(g => new PluginProblem(g.Key.PluginId, g.Key.State, g.Count(), g.Max(p => p.Error))).ToListAsync(cancellationToken);
        if (CanSeeActivity)
        {
            Activity = await database.AuditLog.AsNoTracking().Where(a => tenant.OrganizationId == null || a.OrganizationId == tenant.OrganizationId).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(10).ToListAsync(cancellationToken);
        }
        return Request.WantsPartial() ? Partial("_Dashboard", this) : Page();
    }
}

/// <summary>A plugin that does not work on some devices.</summary>
public sealed record PluginProblem(string PluginId, string State, int Devices, string? Error);
