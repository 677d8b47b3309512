using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Frame;

/// <summary>Which organization or site a page shows, as the address says: <c>?org=</c> and <c>?site=</c>. It narrows what the scope allows.</summary>
public sealed class TenantView(IHttpContextAccessor accessor, BreezeDbContext database)
{
    public Guid? OrganizationId { get; } = Read(accessor, "org");

    public Guid? SiteId { get; } = Read(accessor, "site");

    public bool IsNarrowed => OrganizationId is not null || SiteId is not null;

    /// <summary>The address of another page in the same view.</summary>
    public string Link(string path)
    {
        var query = SiteId is { } site ? $"site={site}" : OrganizationId is { } organization ? $"org={organization}" : null;
        return query is null ? path : path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query;
    }

    /// <summary>Partner, organization and site in view, outermost first.</summary>
    public async Task<IReadOnlyList<string>> PathAsync(CancellationToken cancellationToken)
    {
        var partner = await database.Partners.Select(p => p.Name).FirstOrDefaultAsync(cancellationToken) ?? "Breeze";
        if (SiteId is { } siteId)
        {
            var names = await (from s in database.Sites
                               join o in database.Organizations on s.OrganizationId equals o.Id
                               where s.Id == siteId
                               select new { Site = s.Name, Organization = o.Name }).FirstOrDefaultAsync(cancellationToken);
            return names is null ? [partner] : [partner, names.Organization, names.Site];
        }
        if (OrganizationId is { } organizationId)
        {
            var name = await database.Organizations.Where(o => o.Id == organizationId).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken);
            return name is null ? [partner] : [partner, name];
        }
        return [partner];
    }

    static Guid? Read(IHttpContextAccessor accessor, string key) =>
        Guid.TryParse(accessor.HttpContext?.Request.Query[key], out var id) ? id : null;
}
