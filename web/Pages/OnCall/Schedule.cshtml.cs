using System.Globalization;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.OnCall;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.OnCall;

/// <summary>One schedule: who is on call now, its calendar, and who stands in.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class ScheduleModel(AlertingDbContext context, BreezeDbContext database, OnCallSchedules schedules, AccessScope scope, TimeProvider time) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    [FromQuery(Name = "view")]
    public string? View { get; set; }

    [FromQuery(Name = "at")]
    public string? At { get; set; }

    [BindProperty]
    public OverrideInput Input { get; set; } = new();

    public OnCallSchedule Schedule { get; private set; } = null!;

    public OnCallCalendar Calendar { get; private set; } = null!;

    public OnCallTurn Now { get; private set; } = null!;

    public OnCallTurn? Next { get; private set; }

    public IReadOnlyList<OnCallOverride> Overrides { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> People { get; private set; } = [];

    public string? Error { get; private set; }

    IReadOnlyDictionary<Guid, string> _names = new Dictionary<Guid, string>();

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite) && (Schedule.OrganizationId is not null || scope.OrganizationIds is null);

    public bool CanTakeOver => CanWrite || (scope.UserId is not null && scope.Can(Permissions.AlertsWrite));

    public string Name(Guid? user) => user is { } id ? _names.GetValueOrDefault(id, "somebody") : "nobody";

    public bool IsMine(OnCallOverride o) => CanWrite || (o.UserId == scope.UserId && CanTakeOver);

    public string Wall(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture);

    TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(Schedule.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    /// <summary>Oneself, from now for some hours.</summary>
    public async Task<IActionResult> OnPostTakeOverAsync(int hours, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        return !CanTakeOver ? Forbid()
            : hours is < 1 or > 24 * 31 ? Wrong("Take over for 1 hour to 31 days.", StatusCodes.Status422UnprocessableEntity)
            : await SayAsync(await schedules.AddOverrideAsync(scope, Id, scope.UserId, null, time.GetUtcNow().AddHours(hours), "Took over", cancellationToken), "You are on call now.");
    }

    public async Task<IActionResult> OnPostStandInAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanTakeOver)
        {
            return Forbid();
        }
        return Moment(Input.From) is not { } from || Moment(Input.Until) is not { } until ? Wrong("Say from when and until when.", StatusCodes.Status422UnprocessableEntity)
            : await SayAsync(await schedules.AddOverrideAsync(scope, Id, Input.UserId ?? scope.UserId, from, until, Input.Note, cancellationToken), "Noted.");
    }

    public async Task<IActionResult> OnPostTakeBackAsync(Guid overrideId, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanTakeOver)
        {
            return Forbid();
        }
        return await schedules.RemoveOverrideAsync(scope, Id, overrideId, cancellationToken) is { } refusal ? Wrong(refusal.Detail, refusal.StatusOf() == 400 ? 422 : refusal.StatusOf()) : Redirect($"/on-call/{Id}");
    }

    Task<IActionResult> SayAsync(Outcome<OnCallOverride> outcome, string good)
    {
        if (!outcome.Succeeded)
        {
            return Task.FromResult<IActionResult>(Wrong(outcome.Refusal.Detail, outcome.Refusal.StatusOf() == 400 ? 422 : outcome.Refusal.StatusOf()));
        }
        Response.Toast(good);
        return Task.FromResult<IActionResult>(Redirect($"/on-call/{Id}"));
    }

    PageResult Wrong(string error, int status)
    {
        Error = error;
        Response.StatusCode = status;
        return Page();
    }

    /// <summary>A wall time of the schedule's zone.</summary>
    DateTimeOffset? Moment(string? text) => DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && wall.Year is >= 2000 and < 2100
        ? OnCallCalendar.Midnight(Zone, DateOnly.FromDateTime(wall)) is var midnight && Zone.IsInvalidTime(wall) ? midnight + wall.TimeOfDay : new DateTimeOffset(wall, Zone.GetUtcOffset(wall)) : null;

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await context.Schedules.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken) is not { } schedule)
        {
            return false;
        }
        Schedule = schedule;
        var now = time.GetUtcNow();
        View = View == "week" ? "week" : "month";
        var at = DateOnly.TryParseExact(At, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var given) && given.Year is >= 2000 and < 2100
            ? given : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        var (from, to) = OnCallCalendar.Span(View, at);
        var turns = await schedules.TurnsAsync(context, schedule, OnCallCalendar.Midnight(Zone, from), OnCallCalendar.Midnight(Zone, to), cancellationToken);
        var ahead = await schedules.TurnsAsync(context, schedule, now, now + OnCallLimits.Window, cancellationToken);
        (Now, Next) = (ahead[0], ahead.ElementAtOrDefault(1));
        Overrides = await context.OnCallOverrides.AsNoTracking().Where(o => o.ScheduleId == Id && o.EndsAt > now).OrderBy(o => o.StartsAt).ThenBy(o => o.Id).ToListAsync(cancellationToken);
        _names = await OnCallPeople.NamesAsync(database, turns.Concat(ahead.Take(2)).Select(t => t.UserId).OfType<Guid>().Concat(Overrides.Select(o => o.UserId)), cancellationToken);
        Calendar = OnCallCalendar.Of(View, at, Zone, turns, _names, now);
        People = CanWrite ? await OnCallPeople.ChoicesAsync(database, cancellationToken) : [];
        return true;
    }
}

/// <summary>Who stands in, as it is typed.</summary>
public sealed class OverrideInput
{
    public Guid? UserId { get; set; }
    public string? From { get; set; }
    public string? Until { get; set; }
    public string? Note { get; set; }
}
