using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>One window.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class WindowModel(AlertingDbContext context, BreezeDbContext database, MaintenanceWindows windows, WindowCheck check, AccessScope scope, TimeProvider time)
    : WindowPage(database, windows, check, scope, time)
{
    [FromRoute]
    public Guid Id { get; set; }

    public override bool CanWrite => Scope.Can(Permissions.AlertRulesWrite) && Window is { } window && MaintenanceWindows.MayWrite(Scope, window);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = WindowForm.Of(Window!);
        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!Scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        var saved = await Windows.UpdateAsync(Scope, Id, Input.Draft() with { OrganizationId = null, SiteId = null }, cancellationToken);
        if (saved.Succeeded)
        {
            Response.Toast("Saved.");
            return Redirect($"/maintenance/{Id}");
        }
        if (!await FindAsync(cancellationToken))
        {
            return NotFound();
        }
        Error = saved.Refusal.Detail;
        await LoadAsync(cancellationToken);
        return this.Refused(saved.Refusal);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!Scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        return await Windows.DeleteAsync(Scope, Id, cancellationToken) is { } refusal ? refusal.Kind == RefusalKind.NotFound ? NotFound() : Forbid() : Redirect("/maintenance");
    }

    protected override async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        Window = await context.MaintenanceWindows.AsNoTracking().SingleOrDefaultAsync(w => w.Id == Id, cancellationToken);
        return Window is not null;
    }
}
