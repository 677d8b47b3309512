using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Escalation;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Breeze.Web.Pages.OnCall;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Escalation;

/// <summary>One policy with whom it would tell now, or one that is yet to be made: that has the id of nothing.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class PolicyModel(AlertingDbContext context, BreezeDbContext database, EscalationPolicies policies, AccessScope scope, TenantView tenant) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    /// <summary>Of whose alert the preview is.</summary>
    [FromQuery(Name = "of")]
    public Guid? Of { get; set; }

    [BindProperty]
    public PolicyInput Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public EscalationPolicy? Policy { get; private set; }

    public IReadOnlyList<EscalationPreview> Preview { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> People { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Channels { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Schedules { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; private set; }

    public bool CanSpan => scope.OrganizationIds is null;

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite) && (Policy is null || Policy.OrganizationId is not null || CanSpan);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = Policy is { } policy ? PolicyInput.Of(policy) : new() { OrganizationId = tenant.OrganizationId, Steps = [new()] };
        return Page();
    }

    /// <param name="change">What a button of the form adds or takes away, instead of saving.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IActionResult> OnPostAsync(string? change, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanWrite)
        {
            return Forbid();
        }
        if (!string.IsNullOrEmpty(change))
        {
            Input.Change(change);
            return Page();
        }
        var saved = Policy is null ? await policies.CreateAsync(scope, Input.OrganizationId, Input.ToDraft(), cancellationToken) : await policies.UpdateAsync(scope, Id, Input.ToDraft(), cancellationToken);
        if (!saved.Succeeded)
        {
            return Wrong(saved.Refusal);
        }
        Response.Toast("Saved.");
        return Redirect($"/escalation/{saved.Value.Id}");
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || Policy is null)
        {
            return NotFound();
        }
        if (!CanWrite)
        {
            return Forbid();
        }
        if (await policies.DeleteAsync(scope, Id, cancellationToken) is not { } refusal)
        {
            return Redirect("/escalation");
        }
        Input = PolicyInput.Of(Policy);
        return Wrong(refusal);
    }

    PageResult Wrong(Refusal refusal)
    {
        Error = refusal.Detail;
        Response.StatusCode = refusal.Kind == RefusalKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        Policy = await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == Id, cancellationToken);
        People = await OnCallPeople.ChoicesAsync(database, cancellationToken);
        Channels = [.. (await context.Channels.AsNoTracking().OrderBy(c => c.Name).Select(c => new { c.Id, c.Name }).ToListAsync(cancellationToken)).Select(c => (c.Id, c.Name))];
        Schedules = [.. (await context.Schedules.AsNoTracking().OrderBy(s => s.Name).Select(s => new { s.Id, s.Name }).ToListAsync(cancellationToken)).Select(s => (s.Id, s.Name))];
        Organizations = await Choices.OrganizationsAsync(database, cancellationToken);
        if (Policy is { } policy)
        {
            // An alert of no organization is of the partner's alone; most are of one.
            var of = policy.OrganizationId ?? (Of is { } wanted && Organizations.Any(o => o.Id == wanted) ? wanted : Organizations.Select(o => (Guid?)o.Id).FirstOrDefault());
            Of = of;
            Preview = await policies.PreviewAsync(policy, of, cancellationToken);
        }
        return Policy is not null || (Id == Guid.Empty && scope.Can(Permissions.NotificationsWrite));
    }
}
