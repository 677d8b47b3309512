using System.Globalization;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>The maintenance windows, as a list and in a month.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class IndexModel(AlertingDbContext context, BreezeDbContext database, AccessScope scope, TenantView tenant, TimeProvider time) : PageModel
{
    [FromQuery(Name = "month")]
    public string? Asked { get; set; }

    public IReadOnlyList<WindowRow> Windows { get; private set; } = [];

    public MonthView Month { get; private set; } = null!;

    /// <summary>The zone of most windows: the people who plan them think by its clocks.</summary>
    public string Zone { get; private set; } = "UTC";

    public bool CanWrite => scope.Can(Permissions.AlertRulesWrite);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        var now = time.GetUtcNow();
        var windows = tenant.IsMissing ? [] : await context.MaintenanceWindows.AsNoTracking()
            .Where(w => (tenant.OrganizationId == null || w.OrganizationId == null || w.OrganizationId == tenant.OrganizationId) && (tenant.SiteId == null || w.SiteId == null || w.SiteId == tenant.SiteId))
            .OrderBy(w => w.Name).ThenBy(w => w.Id).Take(MaintenanceWindows.MostOfAPartner).ToListAsync(cancellationToken);
        var organizations = windows.Select(w => w.OrganizationId).OfType<Guid>().Distinct().ToArray();
        var organizationNames = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        var sites = windows.Select(w => w.SiteId).OfType<Guid>().Distinct().ToArray();
        var siteNames = await database.Sites.Where(s => sites.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken);
        var devices = await context.Database.SqlQuery<WindowDevices>($"SELECT window_id, count(*)::int AS devices FROM maintenance_devices WHERE from_at <= {now} AND until_at > {now} GROUP BY window_id")
            .ToDictionaryAsync(w => w.WindowId, w => w.Devices, cancellationToken);
        Windows =
        [
            .. windows.Select(w => new WindowRow(w, Place(w), MaintenanceTimes.Next(w, now, 1) is [var next] ? next : null, now, devices.GetValueOrDefault(w.Id)))
                .OrderByDescending(r => r.IsActive).ThenBy(r => !r.Window.Enabled).ThenBy(r => r.Next?.From ?? DateTimeOffset.MaxValue).ThenBy(r => r.Window.Name, StringComparer.OrdinalIgnoreCase),
        ];
        Zone = windows.GroupBy(w => w.TimeZone).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key ?? "UTC";
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var found) ? found : TimeZoneInfo.Utc;
        var first = DateOnly.TryParseExact($"{Asked}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year is > 1999 and < 2200
            ? month : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        Month = MonthView.Of(first, zone, [.. windows.Where(w => w.Enabled)], now);

        string Place(MaintenanceWindow window) => window.OrganizationId is not { } organization ? "Everywhere"
            : window.SiteId is { } site ? $"{organizationNames.GetValueOrDefault(organization)} › {siteNames.GetValueOrDefault(site)}" : organizationNames.GetValueOrDefault(organization) ?? "";
    }
}

/// <summary>A window as the list shows it.</summary>
public sealed record WindowRow(MaintenanceWindow Window, string Place, Occurrence? Next, DateTimeOffset Now, int Devices)
{
    public bool IsActive => Window.Enabled && Next?.Contains(Now) == true;
}

/// <summary>How many devices are in a window.</summary>
public sealed record WindowDevices(Guid WindowId, int Devices);
