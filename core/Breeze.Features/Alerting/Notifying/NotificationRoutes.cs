using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Which alerts go to which channels.</summary>
public sealed class NotificationRoutes(Database database, ExpressionEngine expressions, IAuditLog audit, TimeProvider time)
{
    static readonly string[] Events = ["firing", "reopened", "acknowledged", "resolved"];

    /// <summary>What is wrong with a target; null when it is a good one.</summary>
    public async ValueTask<ExpressionError?> CheckTargetAsync(string? target, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(target) ? null : (await expressions.ParseAsync(target, cancellationToken)).Error;

    public async Task<Outcome<NotificationRoute>> CreateAsync(AccessScope scope, Guid? organizationId, RouteDraft draft, CancellationToken cancellationToken)
    {
        if (await NotificationReach.RefuseAsync(database, scope, organizationId, "route", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        var others = await context.Routes.Where(r => r.OrganizationId == organizationId).Select(r => r.Position).ToListAsync(cancellationToken);
        if (others.Count >= NotificationLimits.Routes)
        {
            return Refusal.Conflict("too_many_routes", $"There are {NotificationLimits.Routes} routes already. Remove one that nobody needs.");
        }
        var now = time.GetUtcNow();
        var route = new NotificationRoute
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = organizationId, Position = others.Count == 0 ? 1 : others.Max() + 1,
            CreatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now,
        };
        if (await ApplyAsync(context, route, draft with { Name = draft.Name ?? "" }, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(route);
        if (await TenantNames.SaveAsync(context, "a route", route.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "notification_route.created", route, new { after = Audited(route) }, cancellationToken);
        return route;
    }

    /// <summary>Changes what is given; null leaves it.</summary>
    public async Task<Outcome<NotificationRoute>> UpdateAsync(AccessScope scope, Guid id, RouteDraft draft, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (route, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (route is null)
        {
            return refusal!;
        }
        var before = Audited(route);
        if (await ApplyAsync(context, route, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        route.UpdatedAt = time.GetUtcNow();
        if (await TenantNames.SaveAsync(context, "a route", route.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "notification_route.updated", route, new { before, after = Audited(route) }, cancellationToken);
        return route;
    }

    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (route, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (route is null)
        {
            return refusal;
        }
        context.Remove(route);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "notification_route.removed", route, new { before = Audited(route) }, cancellationToken);
        return null;
    }

    /// <summary>Puts the routes of the partner, or of one organization, in this order.</summary>
    /// <param name="scope">Who.</param>
    /// <param name="organizationId">Null for the partner's own.</param>
    /// <param name="ids">All of them, each once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Refusal?> OrderAsync(AccessScope scope, Guid? organizationId, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (await NotificationReach.RefuseAsync(database, scope, organizationId, "route", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        var routes = await context.Routes.Where(r => r.OrganizationId == organizationId).ToListAsync(cancellationToken);
        if (ids.Distinct().Count() != ids.Count || !routes.Select(r => r.Id).ToHashSet().SetEquals(ids))
        {
            return Refusal.Invalid("route_ids_invalid", "Name every route of this level once, in the order in which they shall be asked. Read the list again: somebody may have changed it.");
        }
        foreach (var route in routes)
        {
            route.Position = ids.ToList().IndexOf(route.Id) + 1;
        }
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("notification_route.ordered", "notification_route")
        {
            PartnerId = scope.PartnerId, OrganizationId = organizationId, Detail = JsonSerializer.Serialize(new { route_ids = ids }),
        }, cancellationToken);
        return null;
    }

    async Task<Refusal?> ApplyAsync(AlertingDbContext context, NotificationRoute route, RouteDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name ?? route.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.Severities?.Except(AlertSeverity.All).Any() == true)
        {
            return Refusal.Invalid("severities_invalid", $"Severities are {string.Join(", ", AlertSeverity.All)}; none means any.");
        }
        if (draft.Events is { } events && (events.Length == 0 || events.Except(Events).Any()))
        {
            return Refusal.Invalid("events_invalid", $"Name at least one of {string.Join(", ", Events)}.");
        }
        if (draft.DigestMinutes is < 0 or > 1440)
        {
            return Refusal.Invalid("digest_minutes_invalid", "digest_minutes is from 0, at once, to 1440, a day.");
        }
        var (hours, hoursError) = RouteHours.Read(draft.Hours);
        var (quiet, quietError) = RouteHours.Read(draft.Quiet);
        if (hoursError is not null || quietError is not null)
        {
            return hoursError is not null ? Refusal.Invalid("hours_invalid", hoursError) : Refusal.Invalid("quiet_invalid", quietError!);
        }
        if (quiet is { IsAlways: true })
        {
            return Refusal.Invalid("quiet_invalid", "Quiet hours that never end keep everything back for ever. Leave some of the week out, or switch the route off.");
        }
        if (draft.Target is { } target)
        {
            var result = string.IsNullOrWhiteSpace(target) ? null : await expressions.ParseAsync(target, cancellationToken);
            if (result is { IsValid: false })
            {
                return Refusal.Invalid("expression_invalid", $"{result.Error.Message} (at character {result.Error.Column})");
            }
            if (result?.Expression?.Text.Length > ExpressionLimits.Characters)
            {
                return Refusal.Invalid("expression_invalid", "The target is too long. Make a device group of it and ask for the group.");
            }
            route.Target = result?.Expression?.Text ?? "";
        }
        if (draft.ChannelIds is { } channels)
        {
            if (await CheckChannelsAsync(context, route, channels, cancellationToken) is { } wrong)
            {
                return wrong;
            }
            route.ChannelIds = [.. channels.Distinct()];
        }
        if (draft.PolicyId is { } policy)
        {
            var found = policy == Guid.Empty ? null : await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == policy, cancellationToken);
            if (policy != Guid.Empty && (found is null || (found.OrganizationId is { } foreign && foreign != route.OrganizationId)))
            {
                return found is null ? Refusal.NotFound("escalation_policy")
                    : Refusal.Invalid("policy_of_other_organization", $"The policy “{found.Name}” belongs to another organization than the route. Choose one of this organization or of all.");
            }
            route.PolicyId = found?.Id;
        }
        route.InApp = draft.InApp ?? route.InApp;
        route.Name = name;
        route.Enabled = draft.Enabled ?? route.Enabled;
        route.Severities = draft.Severities is { } severities ? [.. AlertSeverity.All.Intersect(severities)] : route.Severities;
        route.Events = draft.Events is { } told ? [.. Events.Intersect(told)] : route.Events;
        route.Hours = draft.Hours is null ? route.Hours : hours?.ToJson() ?? "{}";
        route.Quiet = draft.Quiet is null ? route.Quiet : quiet?.ToJson() ?? "{}";
        route.DigestMinutes = draft.DigestMinutes ?? route.DigestMinutes;
        route.Stops = draft.Stops ?? route.Stops;
        return null;
    }

    static async Task<Refusal?> CheckChannelsAsync(AlertingDbContext context, NotificationRoute route, Guid[] channels, CancellationToken cancellationToken)
    {
        if (channels.Length > NotificationLimits.ChannelsOfRoute)
        {
            return Refusal.Invalid("channel_ids_invalid", $"A route tells at most {NotificationLimits.ChannelsOfRoute} channels.");
        }
        var found = await context.Channels.AsNoTracking().Where(c => channels.Contains(c.Id)).Select(c => new { c.Id, c.OrganizationId, c.Name }).ToListAsync(cancellationToken);
        if (channels.Distinct().Count() > found.Count)
        {
            return new Refusal(RefusalKind.NotFound, "notification_channel_not_found", "One of the channels is not there or not within your reach.");
        }
        return route.OrganizationId is { } own && found.FirstOrDefault(c => c.OrganizationId is { } other && other != own) is { } foreign
            ? Refusal.Invalid("channel_of_other_organization", $"The channel “{foreign.Name}” belongs to another organization than the route. Choose one of this organization or of all.")
            : null;
    }

    static async Task<(NotificationRoute? Route, Refusal? Refusal)> FindToWriteAsync(AlertingDbContext context, AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var route = await context.Routes.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        return route is null ? (null, Refusal.NotFound("notification_route"))
            : NotificationReach.RefuseChange(scope, route.OrganizationId, "route") is { } refusal ? (null, refusal) : (route, null);
    }

    static object Audited(NotificationRoute r) => new
    {
        name = r.Name, position = r.Position, enabled = r.Enabled, severities = r.Severities, target = r.Target, hours = JsonElement.Parse(r.Hours), events = r.Events, channel_ids = r.ChannelIds,
        quiet = JsonElement.Parse(r.Quiet), digest_minutes = r.DigestMinutes, stops = r.Stops, policy_id = r.PolicyId, in_app = r.InApp,
    };

    Task RecordAsync(AccessScope scope, string action, NotificationRoute route, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "notification_route", route.Id.ToString())
        {
            PartnerId = route.PartnerId, OrganizationId = route.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
