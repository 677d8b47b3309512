using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Organizations;

/// <summary>One organization: its sites, its limit, and its end.</summary>
[RequirePermission(Permissions.OrganizationsRead)]
public sealed class OrganizationModel(
    BreezeDbContext database, Core.Tenancy.Organizations organizations, Sites siteService, Offboarding offboarding, AccessScope scope) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public OrganizationForm Input { get; set; } = new();

    public Organization Organization { get; private set; } = null!;

    public IReadOnlyList<SiteRow> Sites { get; private set; } = [];

    public int Devices => Sites.Sum(s => s.Devices);

    public OffboardingPlan Plan { get; private set; } = null!;

    public string? Error { get; private set; }

    public bool CanWrite => scope.Can(Permissions.OrganizationsWrite);

    public bool CanWriteSites => scope.Can(Permissions.SitesWrite);

    public bool IsClosed => Organization.Status == TenantStatus.Closed;

    public async Task<IActionResult> OnGetAsync(string? problem, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Error = problem is null ? null : "The organization is there, and its first site could not be made: check the name and the time zone, and add it below.";
        Input = new() { Name = Organization.Name, MaxDevices = Organization.MaxDevices, Notes = Organization.Notes };
        return Page();
    }

    public Task<IActionResult> OnPostEditAsync(CancellationToken cancellationToken) => ActAsync(Permissions.OrganizationsWrite, "Saved.",
        async () => (await organizations.UpdateAsync(scope, Id, new(Input.Name ?? "", new(true, Input.MaxDevices), Input.Notes ?? ""), cancellationToken)).Refusal, cancellationToken);

    public Task<IActionResult> OnPostSiteAsync(CancellationToken cancellationToken) => ActAsync(Permissions.SitesWrite, "The site is there.",
        async () => (await siteService.CreateAsync(scope, Id, Input.SiteName, Input.TimeZone, cancellationToken)).Refusal, cancellationToken);

    public Task<IActionResult> OnPostSuspendAsync(CancellationToken cancellationToken) =>
        ActAsync(Permissions.OrganizationsWrite, "Suspended.", () => organizations.SuspendAsync(scope, Id, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        ActAsync(Permissions.OrganizationsWrite, "Resumed.", () => organizations.ResumeAsync(scope, Id, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostCloseAsync(string? confirm, CancellationToken cancellationToken) => ActAsync(Permissions.OrganizationsWrite, "Closed.",
        async () => (await offboarding.CloseAsync(scope, Id, confirm, cancellationToken)).Refusal, cancellationToken);

    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        if (await offboarding.DeleteAsync(scope, Id, cancellationToken) is { } refusal)
        {
            Error = refusal.Detail;
            return await LoadAsync(cancellationToken) ? this.Refused(refusal) : NotFound();
        }
        // Its view is gone with it.
        HttpContext.Response.Redirect("/organizations");
        return new EmptyResult();
    }

    async Task<IActionResult> ActAsync(string permission, string done, Func<Task<Refusal?>> act, CancellationToken cancellationToken)
    {
        if (!scope.Can(permission))
        {
            return Forbid();
        }
        var refusal = await act();
        if (refusal is null)
        {
            Response.Toast(done);
            return Redirect($"/organizations/{Id}");
        }
        Error = refusal.Detail;
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input.Name ??= Organization.Name;
        return this.Refused(refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await database.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == Id, cancellationToken) is not { } organization)
        {
            return false;
        }
        Organization = organization;
        Sites = await database.Sites.Where(s => s.OrganizationId == Id).OrderBy(s => s.Name).Select(s => new SiteRow(
            s.Id, s.Name, s.TimeZone, database.Devices.Count(d => d.SiteId == s.Id), database.Devices.Count(d => d.SiteId == s.Id && d.Status == "online"))).ToListAsync(cancellationToken);
        Plan = (await offboarding.PlanAsync(scope, Id, cancellationToken))!;
        return true;
    }
}

/// <summary>What changes about an organization.</summary>
public sealed class OrganizationForm
{
    public string? Name { get; set; }

    public int? MaxDevices { get; set; }

    public string? Notes { get; set; }

    public string? SiteName { get; set; }

    public string? TimeZone { get; set; }
}
