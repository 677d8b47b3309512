using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Organizations;

/// <summary>The organizations within reach, with their sites; also what the tenant switcher offers.</summary>
[RequirePermission(Permissions.OrganizationsRead)]
public sealed class IndexModel(BreezeDbContext database, AccessScope scope, TenantView tenant) : PageModel
{
    const int PageSize = 100;
    const int SwitcherSize = 20;

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary><c>closed</c> or <c>suspended</c> shows only those; otherwise all but the closed ones.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    public bool CanWrite => scope.Can(Permissions.OrganizationsWrite);

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<OrganizationRow> Organizations { get; private set; } = [];

    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(Text, PageSize, InView(), cancellationToken);
        return Request.WantsPartial() ? Partial(Cursor is null ? "_List" : "_Cards", this) : Page();
    }

    public async Task<IActionResult> OnGetSwitcherAsync(string? find, string? path, CancellationToken cancellationToken)
    {
        await ReadAsync(find, SwitcherSize, database.Organizations.Where(o => o.Status != TenantStatus.Closed), cancellationToken);
        return Partial("_Switcher", new SwitcherView(ListOf(path), Organizations, Next is not null));
    }

    /// <summary>The page of one thing shows no other tenant; the list that it stands in does.</summary>
    static string ListOf(string? path)
    {
        var parts = (path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "/" : !parts[0].All(char.IsAsciiLetterOrDigit) ? "/devices" : parts.Length > 1 ? parts[0] == "sites" ? "/organizations" : $"/{parts[0]}" : $"/{parts[0]}";
    }

    IQueryable<Organization> InView() => database.Organizations.Where(o => (tenant.OrganizationId == null || o.Id == tenant.OrganizationId)
        && (Status == null || Status == "" ? o.Status != TenantStatus.Closed || o.Id == tenant.OrganizationId : o.Status == Status));

    async Task ReadAsync(string? text, int size, IQueryable<Organization> from, CancellationToken cancellationToken)
    {
        var organizations = from.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(text))
        {
            var pattern = Like.Containing(text);
            organizations = organizations.Where(o => EF.Functions.ILike(o.Name, pattern, @"\")
                || database.Sites.Any(s => s.OrganizationId == o.Id && EF.Functions.ILike(s.Name, pattern, @"\")));
        }
        if (PlaceInList.TryDecode(Cursor, out var name, out var id))
        {
            organizations = organizations.Where(o => EF.Functions.GreaterThan(ValueTuple.Create(o.Name.ToLower(), o.Id), ValueTuple.Create(name, id)));
        }
        var page = await organizations.OrderBy(o => o.Name.ToLower()).ThenBy(o => o.Id).Take(size + 1).ToListAsync(cancellationToken);
        Next = page.Count > size ? PlaceInList.Encode(page[size - 1].Name.ToLowerInvariant(), page[size - 1].Id) : null;
        var ids = page.Take(size).Select(o => o.Id).ToList();
        var sites = await database.Sites.Where(s => ids.Contains(s.OrganizationId)).OrderBy(s => s.Name)
            .Select(s => new { s.Id, s.OrganizationId, s.Name, s.TimeZone }).ToListAsync(cancellationToken);
        var counts = await database.Devices.Where(d => ids.Contains(d.OrganizationId)).GroupBy(d => d.SiteId)
            .Select(g => new { g.Key, Count = g.Count(), Online = g.Count(d => d.Status == "online") }).ToDictionaryAsync(g => g.Key, cancellationToken);
        Organizations =
        [
            .. page.Take(size).Select(o => new OrganizationRow(o.Id, o.Name, o.Status, o.MaxDevices,
                [.. sites.Where(s => s.OrganizationId == o.Id).Select(s => new SiteRow(
                    s.Id, s.Name, s.TimeZone, counts.GetValueOrDefault(s.Id)?.Count ?? 0, counts.GetValueOrDefault(s.Id)?.Online ?? 0))])),
        ];
    }
}

/// <summary>An organization and its sites.</summary>
public sealed record OrganizationRow(Guid Id, string Name, string Status, int? MaxDevices, IReadOnlyList<SiteRow> Sites)
{
    public int Devices => Sites.Sum(s => s.Devices);

    public int Online => Sites.Sum(s => s.Online);
}

/// <summary>A site and how many devices are there.</summary>
public sealed record SiteRow(Guid Id, string Name, string TimeZone, int Devices, int Online);

/// <summary>What the tenant switcher offers, and where a choice leads.</summary>
public sealed record SwitcherView(string Path, IReadOnlyList<OrganizationRow> Organizations, bool HasMore);
