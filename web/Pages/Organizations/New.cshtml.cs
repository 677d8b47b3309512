using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Organizations;

/// <summary>Makes an organization with its first site.</summary>
[RequirePermission(Permissions.OrganizationsWrite)]
public sealed class NewModel(Core.Tenancy.Organizations organizations, Sites sites, AccessScope scope) : PageModel
{
    [BindProperty]
    public NewOrganizationForm Input { get; set; } = new();

    public string? Error { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var created = await organizations.CreateAsync(scope, new(Input.Name, new(true, Input.MaxDevices), null), cancellationToken);
        if (!created.Succeeded)
        {
            Error = created.Refusal.Detail;
            return this.Refused(created.Refusal);
        }
        // An organization without a site is whole; its own page says what is wrong with the site and asks again.
        var site = scope.Can(Permissions.SitesWrite) ? await sites.CreateAsync(scope, created.Value.Id, Input.SiteName, Input.TimeZone, cancellationToken) : null;
        return Redirect($"/organizations/{created.Value.Id}{(site?.Refusal is { } refusal ? $"?problem={refusal.Code}" : "")}");
    }
}

/// <summary>What a new organization shall be.</summary>
public sealed class NewOrganizationForm
{
    public string? Name { get; set; }

    public string? SiteName { get; set; } = "Main site";

    public string? TimeZone { get; set; } = "UTC";

    public int? MaxDevices { get; set; }
}
