using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Notifications;

/// <summary>One route, or one that is yet to be made: that has the id of nothing.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class RouteModel(AlertingDbContext alerting, BreezeDbContext database, NotificationRoutes routes, AccessScope scope, TenantView tenant) : PageModel
{
    public static IReadOnlyList<(string Value, string Label)> EventWords { get; } = [("firing", "fires"), ("reopened", "comes back"), ("acknowledged", "is acknowledged"), ("resolved", "is over")];

    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public RouteInput Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public NotificationRoute? Route { get; private set; }

    public IReadOnlyList<NotificationChannel> Channels { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Policies { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; private set; }

    public bool CanSpan => scope.OrganizationIds is null;

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite) && (Route is null || Route.OrganizationId is not null || CanSpan);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = Route is { } route ? RouteInput.Of(route) : new() { Enabled = true, OrganizationId = tenant.OrganizationId, Events = ["firing", "reopened", "resolved"] };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanWrite)
        {
            return Forbid();
        }
        var saved = Route is null ? await routes.CreateAsync(scope, Input.OrganizationId, Input.ToDraft(), cancellationToken) : await routes.UpdateAsync(scope, Id, Input.ToDraft(), cancellationToken);
        if (saved.Succeeded)
        {
            return Redirect("/notifications/routes");
        }
        Error = saved.Refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.NotificationsWrite))
        {
            return Forbid();
        }
        return await routes.DeleteAsync(scope, Id, cancellationToken) is { } refusal ? refusal.Kind == RefusalKind.NotFound ? NotFound() : Forbid() : Redirect("/notifications/routes");
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        Route = await alerting.Routes.AsNoTracking().SingleOrDefaultAsync(r => r.Id == Id, cancellationToken);
        Channels = await alerting.Channels.AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellationToken);
        Policies = [.. (await alerting.Policies.AsNoTracking().OrderBy(p => p.Name).Select(p => new { p.Id, p.Name }).ToListAsync(cancellationToken)).Select(p => (p.Id, p.Name))];
        Organizations = await Choices.OrganizationsAsync(database, cancellationToken);
        return Route is not null || (Id == Guid.Empty && scope.Can(Permissions.NotificationsWrite));
    }
}
