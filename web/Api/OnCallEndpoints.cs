using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.OnCall;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>On-call schedules, who is on call, and who stands in.</summary>
static class OnCallEndpoints
{
    /// <param name="Layers">Of several that cover a moment the last one counts.</param>
    /// <param name="Tells">Whether who comes on and who goes are told so.</param>
    public sealed record ScheduleItem(Guid Id, string Name, Guid? OrganizationId, string TimeZone, IReadOnlyList<OnCallLayerDraft> Layers, bool Tells, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record CreateRequest(string? Name, Guid? OrganizationId, string? TimeZone, OnCallLayerDraft[]? Layers, bool? Tells);

    /// <param name="UserId">Oneself when it is left out.</param>
    /// <param name="From">Now when it is left out.</param>
    public sealed record OverrideRequest(Guid? UserId, DateTimeOffset? From, DateTimeOffset? Until, string? Note);

    public sealed record OverrideItem(Guid Id, Guid UserId, string? User, DateTimeOffset From, DateTimeOffset Until, string Note);

    /// <param name="UserId">Null in a gap, when nobody is on call.</param>
    /// <param name="Layer">Counted from 0; null for an override and in a gap.</param>
    public sealed record TurnItem(Guid? UserId, string? User, DateTimeOffset From, DateTimeOffset Until, int? Layer, Guid? OverrideId);

    /// <param name="Next">Who follows.</param>
    public sealed record OnCallNow(DateTimeOffset At, Guid? UserId, string? User, DateTimeOffset Until, int? Layer, Guid? OverrideId, TurnItem? Next);

    public static void MapOnCall(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/on-call-schedules").WithTags("On-call");
        var read = new RequirePermissionAttribute(Permissions.NotificationsRead);
        var write = new RequirePermissionAttribute(Permissions.NotificationsWrite);
        // Who works on alerts may take over; for others it takes more, which the service asks for.
        var takeOver = new RequirePermissionAttribute(Permissions.AlertsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<ScheduleItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<ScheduleItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<ScheduleItem>();
        group.MapPut("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<ScheduleItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapGet("/{id:guid}/on-call", OnCallAsync).WithMetadata(read).Produces<OnCallNow>();
        group.MapGet("/{id:guid}/turns", TurnsAsync).WithMetadata(read).Produces<Page<TurnItem>>();
        group.MapGet("/{id:guid}/overrides", OverridesAsync).WithMetadata(read).Produces<Page<OverrideItem>>();
        group.MapPost("/{id:guid}/overrides", AddOverrideAsync).WithMetadata(takeOver).Produces<OverrideItem>(201);
        group.MapDelete("/{id:guid}/overrides/{overrideId:guid}", RemoveOverrideAsync).WithMetadata(takeOver).Produces(204);
    }

    /// <summary>All of them, by name.</summary>
    static async Task<IResult> ListAsync(AlertingDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Schedules.AsNoTracking().OrderBy(s => s.Name).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        return Results.Ok(new Page<ScheduleItem>([.. rows.Select(Item)], null));
    }

    static async Task<IResult> GetAsync(Guid id, AlertingDbContext context, CancellationToken cancellationToken) => await FindAsync(context, id, cancellationToken) is { } schedule ? Results.Ok(Item(schedule)) : Missing();

    static async Task<IResult> CreateAsync(CreateRequest r, OnCallSchedules schedules, AccessScope scope, CancellationToken cancellationToken)
    {
        var created = await schedules.CreateAsync(scope, r.OrganizationId, new(r.Name, r.TimeZone, r.Layers, r.Tells), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/on-call-schedules/{created.Value.Id}", Item(created.Value)) : created.Refusal.AsProblem();
    }

    /// <summary>Puts what is given in the place of what was there.</summary>
    static async Task<IResult> UpdateAsync(Guid id, OnCallDraft request, OnCallSchedules schedules, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await schedules.UpdateAsync(scope, id, request, cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value)) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, OnCallSchedules schedules, AccessScope scope, CancellationToken cancellationToken) => (await schedules.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>Who is on call at a moment, now when none is given.</summary>
    static async Task<IResult> OnCallAsync(Guid id, DateTimeOffset? at, AlertingDbContext context, BreezeDbContext people, OnCallSchedules schedules, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, id, cancellationToken) is not { } schedule)
        {
            return Missing();
        }
        var moment = (at ?? time.GetUtcNow()).ToUniversalTime();
        if (!IsUsable(moment))
        {
            return ApiProblem.Invalid("at_invalid", "at is a moment between the years 2000 and 2100.");
        }
        var turns = await ItemsAsync(people, await schedules.TurnsAsync(context, schedule, moment, moment + OnCallLimits.Window, cancellationToken), cancellationToken);
        var now = turns[0];
        return Results.Ok(new OnCallNow(moment, now.UserId, now.User, now.Until, now.Layer, now.OverrideId, turns.ElementAtOrDefault(1)));
    }

    /// <summary>The turns of a span, gaps among them; the next two weeks when none is given.</summary>
    static async Task<IResult> TurnsAsync(Guid id, DateTimeOffset? from, DateTimeOffset? to, AlertingDbContext context, BreezeDbContext people, OnCallSchedules schedules, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, id, cancellationToken) is not { } schedule)
        {
            return Missing();
        }
        var begin = (from ?? time.GetUtcNow()).ToUniversalTime();
        if (!IsUsable(begin))
        {
            return ApiProblem.Invalid("from_invalid", "from is a moment between the years 2000 and 2100.");
        }
        var end = to?.ToUniversalTime() ?? begin.AddDays(14);
        if (end <= begin || end - begin > OnCallLimits.Window)
        {
            return ApiProblem.Invalid("to_invalid", $"to is after from, by {OnCallLimits.Window.Days} days at most.");
        }
        return Results.Ok(new Page<TurnItem>(await ItemsAsync(people, await schedules.TurnsAsync(context, schedule, begin, end, cancellationToken), cancellationToken), null));
    }

    /// <summary>Those that are not over.</summary>
    static async Task<IResult> OverridesAsync(Guid id, AlertingDbContext context, BreezeDbContext people, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, id, cancellationToken) is null)
        {
            return Missing();
        }
        var now = time.GetUtcNow();
        var rows = await context.OnCallOverrides.AsNoTracking().Where(o => o.ScheduleId == id && o.EndsAt > now).OrderBy(o => o.StartsAt).ThenBy(o => o.Id).ToListAsync(cancellationToken);
        var names = await NamesAsync(people, rows.Select(o => o.UserId), cancellationToken);
        return Results.Ok(new Page<OverrideItem>([.. rows.Select(o => new OverrideItem(o.Id, o.UserId, names.GetValueOrDefault(o.UserId), o.StartsAt, o.EndsAt, o.Note))], null));
    }

    /// <summary>Has oneself, or somebody, on call for a while.</summary>
    static async Task<IResult> AddOverrideAsync(Guid id, OverrideRequest request, OnCallSchedules schedules, BreezeDbContext people, AccessScope scope, CancellationToken cancellationToken)
    {
        var added = await schedules.AddOverrideAsync(scope, id, request.UserId, request.From, request.Until, request.Note, cancellationToken);
        if (!added.Succeeded)
        {
            return added.Refusal.AsProblem();
        }
        var o = added.Value;
        var names = await NamesAsync(people, [o.UserId], cancellationToken);
        return Results.Created($"/api/v1/on-call-schedules/{id}/overrides/{o.Id}", new OverrideItem(o.Id, o.UserId, names.GetValueOrDefault(o.UserId), o.StartsAt, o.EndsAt, o.Note));
    }

    static async Task<IResult> RemoveOverrideAsync(Guid id, Guid overrideId, OnCallSchedules schedules, AccessScope scope, CancellationToken cancellationToken) =>
        (await schedules.RemoveOverrideAsync(scope, id, overrideId, cancellationToken)).OrNoContent();

    static Task<OnCallSchedule?> FindAsync(AlertingDbContext context, Guid id, CancellationToken cancellationToken) => context.Schedules.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);

    static IResult Missing() => ApiProblem.NotFound("on_call_schedule");

    static bool IsUsable(DateTimeOffset at) => at.Year is >= 2000 and < 2100;

    static async Task<List<TurnItem>> ItemsAsync(BreezeDbContext people, IReadOnlyList<OnCallTurn> turns, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(people, turns.Select(t => t.UserId).OfType<Guid>(), cancellationToken);
        return [.. turns.Select(t => new TurnItem(t.UserId, t.UserId is { } u ? names.GetValueOrDefault(u) : null, t.From, t.Until, t.Layer, t.OverrideId))];
    }

    static async Task<Dictionary<Guid, string>> NamesAsync(BreezeDbContext people, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToArray();
        return await people.Users.Where(u => wanted.Contains(u.Id)).Select(u => new { u.Id, u.DisplayName }).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
    }

    static ScheduleItem Item(OnCallSchedule s) => new(s.Id, s.Name, s.OrganizationId, s.TimeZone, OnCallLayers.Drafts(s), s.Tells, s.CreatedAt, s.UpdatedAt);
}
