using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Frame;

/// <summary>Which organization or site a page shows, as the address says: <c>?org=</c> and <c>?site=</c>. It narrows what the scope allows.</summary>
public sealed class TenantView(IHttpContextAccessor accessor, BreezeDbContext database)
{
    readonly Guid? _organization = Read(accessor, "org");
    IReadOnlyList<string>? _path;

    /// <summary>The organization in view; with a site, the one that it belongs to, once <see cref="ResolveAsync"/> has run.</summary>
    public Guid? OrganizationId { get; private set; } = Read(accessor, "org");

    public Guid? SiteId { get; } = Read(accessor, "site");

    public bool IsNarrowed => !IsMissing && (_organization is not null || SiteId is not null);

    /// <summary>Whether the address names something that is not there or out of reach: then nothing is shown, and not everything.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>The address of another page in the same view, unless that names a view of its own.</summary>
    public string Link(string path)
    {
        if (Query is not { } query || IsElsewhere(path))
        {
            return path;
        }
        var hash = Fragment(path);
        var (page, fragment) = hash < 0 ? (path, "") : (path[..hash], path[hash..]);
        return page + (page.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query + fragment;
    }

    /// <summary>The view as a field of a form that changes the address.</summary>
    public (string Name, string Value)? Field => !IsNarrowed ? null : SiteId is { } site ? ("site", $"{site}") : ("org", $"{_organization}");

    /// <summary>Looks up what the address names.</summary>
    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        if (_path is not null)
        {
            return;
        }
        var partner = await database.Partners.Select(p => p.Name).FirstOrDefaultAsync(cancellationToken) ?? "Breeze";
        _path = [partner];
        if (SiteId is { } siteId)
        {
            var found = await (from s in database.Sites
                               join o in database.Organizations on s.OrganizationId equals o.Id
                               where s.Id == siteId
                               select new { Site = s.Name, Organization = o.Name, o.Id }).FirstOrDefaultAsync(cancellationToken);
            IsMissing = found is null;
            OrganizationId = found?.Id;
            _path = found is null ? [partner] : [partner, found.Organization, found.Site];
        }
        else if (_organization is { } organizationId)
        {
            var name = await database.Organizations.Where(o => o.Id == organizationId).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken);
            IsMissing = name is null;
            _path = name is null ? [partner] : [partner, name];
        }
    }

    /// <summary>Partner, organization and site in view, outermost first.</summary>
    public async Task<IReadOnlyList<string>> PathAsync(CancellationToken cancellationToken)
    {
        await ResolveAsync(cancellationToken);
        return _path!;
    }

    /// <summary>Where the fragment starts; the sign also stands in encoded characters, after an ampersand.</summary>
    static int Fragment(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '#' && (i == 0 || path[i - 1] != '&'))
            {
                return i;
            }
        }
        return -1;
    }

    string? Query => Field is { } view ? $"{view.Name}={view.Value}" : null;

    /// <summary>Whether a link leads out of the pages, or has a view of its own.</summary>
    static bool IsElsewhere(string path) =>
        !path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.Contains("?org=", StringComparison.Ordinal) || path.Contains("?site=", StringComparison.Ordinal)
        || path.Contains("&org=", StringComparison.Ordinal) || path.Contains("&site=", StringComparison.Ordinal)
        || path.Contains("&amp;org=", StringComparison.Ordinal) || path.Contains("&amp;site=", StringComparison.Ordinal);

    /// <summary>What is no id is one that is not there.</summary>
    static Guid? Read(IHttpContextAccessor accessor, string key) =>
        accessor.HttpContext?.Request.Query[key].ToString() is not { Length: > 0 } text ? null : Guid.TryParse(text, out var id) ? id : Guid.Empty;
}
