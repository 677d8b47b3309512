using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Policies;

/// <summary>What the pages of a new policy and of one that is changed have in common: the form.</summary>
public abstract class PolicyPage(BreezeDbContext database, PolicyPreview preview, AccessScope scope) : PageModel
{
    [BindProperty]
    public PolicyInput Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public Policy? Stored { get; protected set; }

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; protected set; }

    /// <summary>Whether a policy for all organizations is theirs to make.</summary>
    public bool CanSpan => scope.OrganizationIds is null;

    protected async Task LoadChoicesAsync(CancellationToken cancellationToken) =>
        Organizations = Stored is null ? await Choices.OrganizationsAsync(database, cancellationToken) : [];

    /// <summary>What it would say of the devices within reach, as it stands in the form.</summary>
    protected async Task<IActionResult> PreviewAsync(Guid? organizationId, CancellationToken cancellationToken)
    {
        var counted = await preview.CountAsync(scope, organizationId, Input.Target, Input.Filled(), cancellationToken);
        return Partial("_Preview", counted);
    }

    /// <summary>The form again with a check more or less.</summary>
    protected async Task<IActionResult> ChangedAsync(string change, CancellationToken cancellationToken)
    {
        Input.Change(change);
        ModelState.Clear();
        await LoadChoicesAsync(cancellationToken);
        return Page();
    }
}
