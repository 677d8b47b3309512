using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Notifying;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.OnCall;

/// <summary>The schedules of a partner, and who stands in for whom.</summary>
public sealed class OnCallSchedules(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<OnCallSchedule>> CreateAsync(AccessScope scope, Guid? organizationId, OnCallDraft draft, CancellationToken cancellationToken)
    {
        if (await NotificationReach.RefuseAsync(database, scope, organizationId, "schedule", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Schedules.CountAsync(cancellationToken) >= OnCallLimits.Schedules)
        {
            return Refusal.Conflict("too_many_schedules", $"There are {OnCallLimits.Schedules} schedules already. Remove one that nobody needs.");
        }
        var now = time.GetUtcNow();
        var schedule = new OnCallSchedule { Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = organizationId, CreatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now };
        if (await ApplyAsync(scope, schedule, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(schedule);
        return await SaveAsync(context, scope, schedule, "on_call_schedule.created", null, cancellationToken);
    }

    /// <summary>Puts what is given in the place of what was there.</summary>
    public async Task<Outcome<OnCallSchedule>> UpdateAsync(AccessScope scope, Guid id, OnCallDraft draft, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (schedule, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (schedule is null)
        {
            return refusal!;
        }
        var before = Audited(schedule);
        if (await ApplyAsync(scope, schedule, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        schedule.UpdatedAt = time.GetUtcNow();
        return await SaveAsync(context, scope, schedule, "on_call_schedule.updated", before, cancellationToken);
    }

    /// <summary>Removes a schedule that no policy asks.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (schedule, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (schedule is null)
        {
            return refusal;
        }
        if (await UsedByAsync(id, cancellationToken) is { } policy)
        {
            return Refusal.Conflict("schedule_in_use", $"The escalation policy “{policy}” asks this schedule whom to tell. Take it out of there first.");
        }
        context.Remove(schedule);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "on_call_schedule.removed", schedule, new { before = Audited(schedule) }, cancellationToken);
        return null;
    }

    /// <summary>Has somebody on call for a while, whatever the layers say.</summary>
    public async Task<Outcome<OnCallOverride>> AddOverrideAsync(AccessScope scope, Guid id, Guid? userId, DateTimeOffset? from, DateTimeOffset? until, string? note, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Schedules.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } schedule)
        {
            return Refusal.NotFound("on_call_schedule");
        }
        var user = userId ?? scope.UserId;
        if (user != scope.UserId && (!scope.Can(Permissions.NotificationsWrite) || (schedule.OrganizationId is null && scope.OrganizationIds is not null)))
        {
            return Refusal.Forbidden("only_oneself", "You may take over yourself; to have others on call is for those who may change the schedule.");
        }
        var now = time.GetUtcNow();
        var (starts, ends) = ((from ?? now).ToUniversalTime(), until?.ToUniversalTime());
        if (ends is null || ends <= starts || ends <= now || ends - starts > OnCallLimits.LongestOverride || starts > now + OnCallLimits.LongestOverride)
        {
            return Refusal.Invalid("span_invalid", "Say until when, after it begins and after now, for a year at most.");
        }
        if (user is not { } person || await FindMissingAsync(scope, [person], cancellationToken) is not null)
        {
            return Refusal.NotFound("user");
        }
        if (await context.OnCallOverrides.CountAsync(o => o.ScheduleId == id && o.EndsAt > now, cancellationToken) >= OnCallLimits.Overrides)
        {
            return Refusal.Conflict("too_many_overrides", $"The schedule has {OnCallLimits.Overrides} overrides to come already. Change its layers instead.");
        }
        var added = new OnCallOverride
        {
            Id = Guid.CreateVersion7(now), ScheduleId = id, PartnerId = schedule.PartnerId, UserId = person, StartsAt = starts, EndsAt = ends.Value, Note = AgentText.Clean(note ?? "", 500), CreatedBy = scope.UserId, CreatedAt = now,
        };
        context.Add(added);
        await context.SaveChangesAsync(cancellationToken);
        await LookAgainAsync(id, cancellationToken);
        await RecordAsync(scope, "on_call_schedule.override_added", schedule, new { override_id = added.Id, user_id = person, from = starts, until = ends, note = added.Note }, cancellationToken);
        return added;
    }

    public async Task<Refusal?> RemoveOverrideAsync(AccessScope scope, Guid id, Guid overrideId, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var schedule = await context.Schedules.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        if (schedule is null || await context.OnCallOverrides.SingleOrDefaultAsync(o => o.Id == overrideId && o.ScheduleId == id, cancellationToken) is not { } found)
        {
            return Refusal.NotFound(schedule is null ? "on_call_schedule" : "override");
        }
        if (found.UserId != scope.UserId && (!scope.Can(Permissions.NotificationsWrite) || (schedule.OrganizationId is null && scope.OrganizationIds is not null)))
        {
            return Refusal.Forbidden("only_oneself", "You may take back your own; the others are for those who may change the schedule.");
        }
        context.Remove(found);
        await context.SaveChangesAsync(cancellationToken);
        await LookAgainAsync(id, cancellationToken);
        await RecordAsync(scope, "on_call_schedule.override_removed", schedule, new { override_id = overrideId, user_id = found.UserId }, cancellationToken);
        return null;
    }

    /// <summary>The rota of a schedule, good for the span.</summary>
    internal static async Task<OnCallRota> RotaAsync(AlertingDbContext context, OnCallSchedule schedule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var overrides = await context.OnCallOverrides.AsNoTracking().Where(o => o.ScheduleId == schedule.Id && o.EndsAt > from && o.StartsAt < to).ToListAsync(cancellationToken);
        return new(OnCallLayers.Parse(schedule), overrides);
    }

    /// <summary>The turns of a span, gaps among them.</summary>
    public async Task<IReadOnlyList<OnCallTurn>> TurnsAsync(AlertingDbContext context, OnCallSchedule schedule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        (await RotaAsync(context, schedule, from, to, cancellationToken)).Between(from, to);

    async Task<Refusal?> ApplyAsync(AccessScope scope, OnCallSchedule schedule, OnCallDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.TimeZone is not { Length: > 0 and <= 100 } zoneName || !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            return Refusal.Invalid("time_zone_unknown", "Give a time zone of the IANA list, such as Europe/Berlin.");
        }
        if (draft.Layers is not { Length: > 0 and <= OnCallLimits.Layers } given)
        {
            return Refusal.Invalid("layers_invalid", $"Give the schedule at least one layer, and at most {OnCallLimits.Layers}.");
        }
        var layers = new List<OnCallLayerDraft>();
        foreach (var layer in given)
        {
            var (read, error) = OnCallLayer.Read(layer, zone);
            if (read is null)
            {
                return Refusal.Invalid("layers_invalid", $"Layer {layers.Count + 1}: {error}");
            }
            layers.Add(read.ToDraft());
        }
        var kept = OnCallLayers.Parse(schedule).SelectMany(l => l.Users).ToHashSet();
        if (await FindMissingAsync(scope, [.. layers.SelectMany(l => l.Users!).Where(u => !kept.Contains(u))], cancellationToken) is not null)
        {
            return Refusal.NotFound("user");
        }
        (schedule.Name, schedule.TimeZone, schedule.Layers, schedule.Tells) = (name, zone.Id, OnCallLayers.ToJson(layers), draft.Tells ?? true);
        schedule.ChangesAt = time.GetUtcNow();
        return null;
    }

    /// <summary>Somebody who does not work here within reach; null when all do.</summary>
    async Task<Guid?> FindMissingAsync(AccessScope scope, Guid[] users, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var found = await context.Users.Where(u => users.Contains(u.Id) && (u.Id == scope.UserId || context.PartnerUsers.Any(m => m.UserId == u.Id) || context.OrganizationUsers.Any(m => m.UserId == u.Id)))
            .Select(u => u.Id).ToListAsync(cancellationToken);
        return users.Except(found).Select(u => (Guid?)u).FirstOrDefault();
    }

    async Task<string?> UsedByAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var find = database.System.CreateCommand(
            "SELECT name FROM escalation_policies WHERE partner_id = (SELECT partner_id FROM on_call_schedules WHERE id = $1) AND jsonb_path_exists(steps, '$[*].schedules[*] ? (@ == $id)', jsonb_build_object('id', $1::text)) LIMIT 1");
        find.Parameters.Add(new() { Value = id });
        return await find.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>By the system: who takes over need not be somebody who may change the schedule.</summary>
    async Task LookAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        await using (var update = database.System.CreateCommand("UPDATE on_call_schedules SET changes_at = $2 WHERE id = $1"))
        {
            update.Parameters.Add(new() { Value = id });
            update.Parameters.Add(new() { Value = time.GetUtcNow() });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        bus.Publish(AlertTopics.Escalations, []);
    }

    static async Task<(OnCallSchedule? Schedule, Refusal? Refusal)> FindToWriteAsync(AlertingDbContext context, AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var schedule = await context.Schedules.SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        return schedule is null ? (null, Refusal.NotFound("on_call_schedule"))
            : NotificationReach.RefuseChange(scope, schedule.OrganizationId, "schedule") is { } refusal ? (null, refusal) : (schedule, null);
    }

    async Task<Outcome<OnCallSchedule>> SaveAsync(AlertingDbContext context, AccessScope scope, OnCallSchedule schedule, string action, object? before, CancellationToken cancellationToken)
    {
        if (await TenantNames.SaveAsync(context, "a schedule", schedule.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, action, schedule, new { before, after = Audited(schedule) }, cancellationToken);
        bus.Publish(AlertTopics.Escalations, []);
        return schedule;
    }

    static object Audited(OnCallSchedule s) => new { name = s.Name, time_zone = s.TimeZone, layers = JsonElement.Parse(s.Layers), tells = s.Tells };

    Task RecordAsync(AccessScope scope, string action, OnCallSchedule schedule, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "on_call_schedule", schedule.Id.ToString())
        {
            PartnerId = schedule.PartnerId, OrganizationId = schedule.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
