using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.OnCall;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.OnCall;

/// <summary>Who is on call now, by schedule.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class IndexModel(AlertingDbContext context, BreezeDbContext database, OnCallSchedules schedules, AccessScope scope, TenantView tenant, TimeProvider time) : PageModel
{
    public IReadOnlyList<ScheduleRow> Rows { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var (now, only) = (time.GetUtcNow(), tenant.OrganizationId);
        var found = await context.Schedules.AsNoTracking().Where(s => only == null || s.OrganizationId == null || s.OrganizationId == only).OrderBy(s => s.Name).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var turns = new List<(OnCallSchedule Schedule, IReadOnlyList<OnCallTurn> Turns)>();
        foreach (var schedule in found)
        {
            turns.Add((schedule, await schedules.TurnsAsync(context, schedule, now, now.AddDays(31), cancellationToken)));
        }
        var names = await OnCallPeople.NamesAsync(database, turns.SelectMany(t => t.Turns.Take(2)).Select(t => t.UserId).OfType<Guid>(), cancellationToken);
        var organizations = await database.Organizations.Select(o => new { o.Id, o.Name }).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        string? Name(OnCallTurn? turn) => turn?.UserId is { } user ? names.GetValueOrDefault(user, "somebody") : null;
        Rows =
        [
            .. turns.Select(t => new ScheduleRow(
                t.Schedule.Id, t.Schedule.Name, t.Schedule.OrganizationId is { } organization ? organizations.GetValueOrDefault(organization, "an organization") : "all", Name(t.Turns[0]),
                t.Turns.Count > 1 ? t.Turns[0].Until : null, t.Turns.Count > 1, Name(t.Turns.ElementAtOrDefault(1)))),
        ];
    }
}

/// <summary>A schedule in the list.</summary>
/// <param name="Person">Who is on call; null when nobody is.</param>
/// <param name="Until">Null when it does not change within a month.</param>
public sealed record ScheduleRow(Guid Id, string Name, string Organization, string? Person, DateTimeOffset? Until, bool Changes, string? Next);
