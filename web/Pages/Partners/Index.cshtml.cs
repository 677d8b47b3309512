using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Partners;

/// <summary>The partners of the install, for its platform.</summary>
[RequirePermission(Permissions.PartnersManage)]
public sealed class IndexModel(Core.Tenancy.Partners partners, AccessScope scope) : PageModel
{
    const int Shown = 500;

    [BindProperty]
    public PartnerForm Input { get; set; } = new();

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    public IReadOnlyList<PartnerItem> Partners { get; private set; } = [];

    public string? Error { get; private set; }

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var created = await partners.CreateAsync(scope, new(Input.Name, new(true, Input.MaxDevices)), Input.Slug, cancellationToken);
        if (created.Succeeded)
        {
            return Redirect($"/partners/{created.Value.Id}");
        }
        Error = created.Refusal.Detail;
        await LoadAsync(cancellationToken);
        return this.Refused(created.Refusal);
    }

    async Task LoadAsync(CancellationToken cancellationToken) =>
        Partners = await partners.ListAsync(scope, string.IsNullOrEmpty(Status) ? null : Status, Guid.Empty, Shown, cancellationToken);
}

/// <summary>What a partner shall be.</summary>
public sealed class PartnerForm
{
    public string? Name { get; set; }

    public string? Slug { get; set; }

    public int? MaxDevices { get; set; }
}
