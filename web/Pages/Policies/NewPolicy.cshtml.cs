using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Policies;

/// <summary>A policy that is yet to be made.</summary>
[RequirePermission(Permissions.PoliciesWrite)]
public sealed class NewPolicyModel(BreezeDbContext database, PolicyPreview preview, PolicyLibrary library, AccessScope scope, TenantView tenant) : PolicyPage(database, preview, scope)
{
    readonly AccessScope _scope = scope;

    public async Task OnGetAsync(string? example, CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        Input = PolicyInput.New(example, tenant.OrganizationId);
        await LoadChoicesAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken) => PreviewAsync(Input.OrganizationId, cancellationToken);

    public async Task<IActionResult> OnPostAsync(string? change, CancellationToken cancellationToken)
    {
        if (change is not null)
        {
            return await ChangedAsync(change, cancellationToken);
        }
        var made = await library.CreateAsync(_scope, Input.OrganizationId, Input.Draft(), cancellationToken);
        if (made.Succeeded)
        {
            Response.Toast($"“{made.Value.Name}” is saved.");
            return Redirect(tenant.Link($"/policies/{made.Value.Id}"));
        }
        Error = made.Refusal.Detail;
        await LoadChoicesAsync(cancellationToken);
        return this.Refused(made.Refusal with { Kind = RefusalKind.Invalid });
    }
}
