using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Scripts;

/// <summary>A script that is yet to be written.</summary>
[RequirePermission(Permissions.ScriptsWrite)]
public sealed class NewScriptModel(BreezeDbContext database, ScriptRuntimes runtimes, ScriptLibrary library, AccessScope scope, TenantView tenant) : ScriptPage(database, runtimes, scope)
{
    readonly AccessScope _scope = scope;

    public override bool CanWrite => true;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        Input = new() { OrganizationId = tenant.OrganizationId };
        await LoadChoicesAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? change, CancellationToken cancellationToken)
    {
        if (change is not null)
        {
            Input.Change(change);
            ModelState.Clear();
            await LoadChoicesAsync(cancellationToken);
            return Page();
        }
        var made = await library.CreateAsync(_scope, Input.OrganizationId, Input.Draft(), cancellationToken);
        if (made.Succeeded)
        {
            Response.Toast($"“{made.Value.Name}” is saved.");
            return Redirect(tenant.Link($"/scripts/{made.Value.Id}"));
        }
        if (await AskAsync(made.Refusal) is { } asked)
        {
            return asked;
        }
        Error = made.Refusal.Detail;
        await LoadChoicesAsync(cancellationToken);
        return this.Refused(made.Refusal with { Kind = RefusalKind.Invalid });
    }
}
