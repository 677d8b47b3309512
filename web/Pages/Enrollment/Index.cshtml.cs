using System.ComponentModel.DataAnnotations;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Enrollment;

/// <summary>The keys with which agents enrol.</summary>
[RequirePermission(Permissions.EnrollmentRead)]
[RequireStepUp(Handlers = "")]
public sealed class IndexModel(BreezeDbContext database, EnrollmentService enrollment, AccessScope scope, TenantView tenant, TimeProvider time) : PageModel
{
    const int Shown = 200;

    public IReadOnlyList<KeyRow> Keys { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Sites { get; private set; } = [];

    [BindProperty]
    public KeyForm Input { get; set; } = new();

    /// <summary>A key just made; it is never shown again.</summary>
    public string? NewKey { get; private set; }

    public string? Error { get; private set; }

    public bool CanWrite => scope.Can(Permissions.EnrollmentWrite);

    public string Command => $"breeze-agent enroll --server {Request.Scheme}://{Request.Host} --key {NewKey}";

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        Error = Input.SiteId is null ? "Choose the site that the devices belong to."
            : Input.MaxUses is < 1 or > 1_000_000 ? "The number of devices is between 1 and 1,000,000; leave it empty for no limit."
            : Input.ExpiresInHours is < 1 or > 8760 ? "A key can be valid for between an hour and a year (8760 hours)."
            : Input.Name?.Length > 200 ? "The name can have 200 characters at most." : null;
        if (Error is null)
        {
            var created = await enrollment.CreateKeyAsync(scope, Input.SiteId!.Value, Input.Name, Input.MaxUses, Input.ExpiresInHours, Input.RequiresApproval, cancellationToken);
            Error = created is null ? "That site is not within your reach." : null;
            NewKey = created?.Key;
        }
        await LoadAsync(cancellationToken);
        Response.StatusCode = Error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        return await enrollment.RevokeKeyAsync(scope, id, cancellationToken) ? Redirect(tenant.Link("/enrollment")) : NotFound();
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var keys = await (from k in database.EnrollmentKeys.AsNoTracking()
                          join s in database.Sites on k.SiteId equals s.Id
                          join o in database.Organizations on k.OrganizationId equals o.Id
                          where (tenant.SiteId == null || k.SiteId == tenant.SiteId) && (tenant.OrganizationId == null || k.OrganizationId == tenant.OrganizationId)
                          orderby k.Id descending
                          select new { Key = k, Site = s.Name, Organization = o.Name }).Take(Shown).ToListAsync(cancellationToken);
        Keys =
        [
            .. keys.Select(k => new KeyRow(k.Key, k.Organization, k.Site,
                k.Key.RevokedAt is not null ? "revoked" : k.Key.ExpiresAt <= now ? "expired" : k.Key.Uses >= k.Key.MaxUses ? "used" : "active")),
        ];
        if (CanWrite)
        {
            var sites = await (from s in database.Sites
                               join o in database.Organizations on s.OrganizationId equals o.Id
                               where o.Status == TenantStatus.Active && (tenant.OrganizationId == null || o.Id == tenant.OrganizationId) && (tenant.SiteId == null || s.Id == tenant.SiteId)
                               orderby o.Name, s.Name
                               select new { s.Id, s.Name, Organization = o.Name }).Take(2000).ToListAsync(cancellationToken);
            Sites = [.. sites.Select(s => (s.Id, $"{s.Organization} › {s.Name}"))];
            Input.SiteId ??= tenant.SiteId ?? (Sites.Count > 0 ? Sites[0].Id : null);
        }
    }
}

/// <summary>A key as the list shows it.</summary>
public sealed record KeyRow(EnrollmentKey Key, string Organization, string Site, string State);

/// <summary>What a new key shall be.</summary>
public sealed class KeyForm
{
    public Guid? SiteId { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = true)]
    public string? Name { get; set; }

    public int? MaxUses { get; set; }

    public int? ExpiresInHours { get; set; } = 24;

    public bool RequiresApproval { get; set; }
}
