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

/// <summary>A window that is yet to be planned.</summary>
[RequirePermission(Permissions.AlertRulesWrite)]
public sealed class NewWindowModel(
    AlertingDbContext context, BreezeDbContext database, MaintenanceWindows windows, WindowCheck check, AccessScope scope, TenantView tenant, TimeProvider time) : WindowPage(database, windows, check, scope, time)
{
    public override bool CanWrite => true;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        // As the site's clocks go, or as the windows that there are.
        var zone = tenant.SiteId is { } site ? await Database.Sites.Where(s => s.Id == site).Select(s => s.TimeZone).FirstOrDefaultAsync(cancellationToken)
            : await context.MaintenanceWindows.OrderByDescending(w => w.Id).Select(w => w.TimeZone).FirstOrDefaultAsync(cancellationToken)
                ?? await Database.Sites.OrderBy(s => s.Id).Select(s => s.TimeZone).FirstOrDefaultAsync(cancellationToken);
        Input = WindowForm.New(tenant.SiteId is { } at ? $"{tenant.OrganizationId}/{at}" : $"{tenant.OrganizationId}", zone ?? "UTC", Time.GetUtcNow());
        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var made = await Windows.CreateAsync(Scope, Input.Draft(), cancellationToken);
        if (made.Succeeded)
        {
            Response.Toast($"“{made.Value.Name}” is planned.");
            return Redirect(tenant.Link("/maintenance"));
        }
        Error = made.Refusal.Detail;
        await LoadAsync(cancellationToken);
        return this.Refused(made.Refusal with { Kind = made.Refusal.Kind == RefusalKind.NotFound ? RefusalKind.Invalid : made.Refusal.Kind });
    }

    protected override Task<bool> FindAsync(CancellationToken cancellationToken) => Task.FromResult(true);
}
