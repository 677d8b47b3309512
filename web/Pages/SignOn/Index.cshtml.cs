using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Breeze.Web.Identity.Sso;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.SignOn;

/// <summary>The partner's OpenID Connect providers.</summary>
[RequirePermission(Permissions.SsoManage)]
[RequireStepUp]
public sealed class IndexModel(BreezeDbContext database, AccessScope scope, SsoProviders providers, SsoSecrets secrets, PublicLinks links) : PageModel
{
    [FromQuery(Name = "edit")]
    public Guid? Edit { get; set; }

    [BindProperty]
    public ProviderForm Input { get; set; } = new();

    public IReadOnlyList<SsoProvider> Providers { get; private set; } = [];

    public IReadOnlyList<Role> Roles { get; private set; } = [];

    public bool HasSecret { get; private set; }

    public string? Error { get; private set; }

    public string SignInAddress { get; private set; } = "";

    public string Callback(string slug) => links.ForDisplay(Request, SsoSignInEndpoints.CallbackPath(slug));

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (Edit is { } id)
        {
            if (Providers.SingleOrDefault(p => p.Id == id) is not { } provider)
            {
                return NotFound();
            }
            Input = ProviderForm.Of(provider);
        }
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var draft = Input.ToDraft(secrets, isNew: Edit is null, out var problem);
        if (problem is null)
        {
            var outcome = Edit is { } id ? await providers.UpdateAsync(scope, id, draft, cancellationToken) : await providers.CreateAsync(scope, draft, cancellationToken);
            if (outcome.Succeeded)
            {
                return Redirect("/sign-on");
            }
            problem = outcome.Refusal.Detail;
        }
        Error = problem;
        await LoadAsync(cancellationToken);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostDeleteAsync(Guid id, CancellationToken cancellationToken) =>
        await providers.DeleteAsync(scope, id, cancellationToken) is null ? Redirect("/sign-on") : NotFound();

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Providers = await database.SsoProviders.AsNoTracking().OrderBy(p => p.Name).ToListAsync(cancellationToken);
        var roles = await database.Roles.AsNoTracking().Where(r => r.Scope == "partner").OrderBy(r => r.PartnerId != null).ThenBy(r => r.Name).ToListAsync(cancellationToken);
        Roles = [.. roles.Where(r => !PermissionNames.IsAdministrative(r.Permissions) && Authority.Covers(scope, r.Permissions))];
        HasSecret = Edit is { } id && Providers.Any(p => p.Id == id) && await providers.HasSecretAsync(id, cancellationToken);
        var slug = await database.Partners.Select(p => p.Slug).FirstOrDefaultAsync(cancellationToken);
        SignInAddress = links.ForDisplay(Request, $"/sign-in?partner={slug}");
    }
}
