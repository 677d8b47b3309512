using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>What forms offer to choose from.</summary>
static class Choices
{
    const int Most = 2000;

    /// <summary>The sites to which devices can go.</summary>
    public static async Task<IReadOnlyList<(Guid Id, string Name)>> SitesAsync(BreezeDbContext database, CancellationToken cancellationToken)
    {
        var sites = await (from s in database.Sites
                           join o in database.Organizations on s.OrganizationId equals o.Id
                           where o.Status == TenantStatus.Active
                           orderby o.Name, s.Name
                           select new { s.Id, s.Name, Organization = o.Name }).Take(Most).ToListAsync(cancellationToken);
        return [.. sites.Select(s => (s.Id, $"{s.Organization} › {s.Name}"))];
    }

    public static async Task<IReadOnlyList<(Guid Id, string Name)>> OrganizationsAsync(BreezeDbContext database, CancellationToken cancellationToken)
    {
        var organizations = await database.Organizations.Where(o => o.Status == TenantStatus.Active).OrderBy(o => o.Name).Take(Most)
            .Select(o => new { o.Id, o.Name }).ToListAsync(cancellationToken);
        return [.. organizations.Select(o => (o.Id, o.Name))];
    }

    /// <summary>The groups of the view.</summary>
    public static async Task<IReadOnlyList<(Guid Id, string Name)>> GroupsAsync(BreezeDbContext database, AccessScope scope, TenantView tenant, CancellationToken cancellationToken)
    {
        if (!scope.Can(Core.Identity.Permissions.GroupsRead))
        {
            return [];
        }
        var groups = await database.DeviceGroups.Where(g => tenant.OrganizationId == null || g.OrganizationId == null || g.OrganizationId == tenant.OrganizationId)
            .OrderBy(g => g.Name).Take(Most).Select(g => new { g.Id, g.Name }).ToListAsync(cancellationToken);
        return [.. groups.Select(g => (g.Id, g.Name))];
    }

    /// <summary>The groups whose members are picked by hand.</summary>
    public static async Task<IReadOnlyList<(Guid Id, string Name)>> StaticGroupsAsync(BreezeDbContext database, CancellationToken cancellationToken)
    {
        var groups = await database.DeviceGroups.Where(g => g.Kind == "static").OrderBy(g => g.Name).Take(Most).Select(g => new { g.Id, g.Name }).ToListAsync(cancellationToken);
        return [.. groups.Select(g => (g.Id, g.Name))];
    }

    public static IEnumerable<string> TimeZones() => TimeZoneInfo.GetSystemTimeZones().Where(z => z.HasIanaId).Select(z => z.Id).Order(StringComparer.Ordinal);
}
