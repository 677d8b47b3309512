using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.OnCall;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.OnCall;

/// <summary>The form of a schedule, or of one that is yet to be made: that has the id of nothing.</summary>
[RequirePermission(Permissions.NotificationsWrite)]
public sealed class EditModel(AlertingDbContext context, BreezeDbContext database, OnCallSchedules schedules, AccessScope scope, TenantView tenant, TimeProvider time) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public ScheduleInput Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public OnCallSchedule? Schedule { get; private set; }

    public IReadOnlyList<(Guid Id, string Name)> People { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; private set; }

    public bool CanSpan => scope.OrganizationIds is null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = Schedule is { } schedule ? ScheduleInput.Of(schedule)
            : new() { OrganizationId = tenant.OrganizationId, TimeZone = "UTC", Tells = true, Layers = [LayerInput.New(Today)] };
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
        if (!string.IsNullOrEmpty(change))
        {
            Input.Change(change, Today);
            return Page();
        }
        var saved = Schedule is null ? await schedules.CreateAsync(scope, Input.OrganizationId, Input.ToDraft(), cancellationToken) : await schedules.UpdateAsync(scope, Id, Input.ToDraft(), cancellationToken);
        return saved.Succeeded ? Redirect($"/on-call/{saved.Value.Id}") : Wrong(saved.Refusal);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || Schedule is null)
        {
            return NotFound();
        }
        if (await schedules.DeleteAsync(scope, Id, cancellationToken) is not { } refusal)
        {
            return Redirect("/on-call");
        }
        Input = ScheduleInput.Of(Schedule);
        return Wrong(refusal);
    }

    PageResult Wrong(Refusal refusal)
    {
        Error = refusal.Detail;
        Response.StatusCode = refusal.Kind == RefusalKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        Schedule = await context.Schedules.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken);
        People = await OnCallPeople.ChoicesAsync(database, cancellationToken);
        Organizations = await Choices.OrganizationsAsync(database, cancellationToken);
        return Schedule is not null || Id == Guid.Empty;
    }
}
