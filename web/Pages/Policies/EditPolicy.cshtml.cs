using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Policies;

/// <summary>A policy that is changed.</summary>
[RequirePermission(Permissions.PoliciesWrite)]
public sealed class EditPolicyModel(PoliciesDbContext context, BreezeDbContext database, PolicyPreview preview, PolicyLibrary library, AccessScope scope, TenantView tenant) : PolicyPage(database, preview, scope)
{
    readonly AccessScope _scope = scope;

    [FromRoute]
    public Guid Id { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = PolicyInput.Of(Stored!);
        return PolicyLibrary.MayWrite(_scope, Stored!.OrganizationId) ? Page() : Forbid();
    }

    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? await PreviewAsync(Stored!.OrganizationId, cancellationToken) : NotFound();

    public async Task<IActionResult> OnPostAsync(string? change, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (change is not null)
        {
            return await ChangedAsync(change, cancellationToken);
        }
        var saved = await library.SaveAsync(_scope, Id, Input.Draft(), cancellationToken);
        if (saved.Succeeded)
        {
            Response.Toast("Saved.");
            return Redirect(tenant.Link($"/policies/{Id}"));
        }
        Error = saved.Refusal.Detail;
        return this.Refused(saved.Refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        Stored = await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == Id, cancellationToken);
        return Stored is not null;
    }
}
