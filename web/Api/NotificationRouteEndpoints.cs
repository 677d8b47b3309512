using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class NotificationRouteEndpoints
{
    /// <param name="Position">Where in the order it is asked; the partner's own routes before an organization's.</param>
    /// <param name="Severities">None means any.</param>
    /// <param name="Target">A device expression; empty means any device.</param>
    /// <param name="Hours">When it applies; empty means always.</param>
    /// <param name="PolicyId">The escalation policy that begins when an alert fires.</param>
    /// <param name="InApp">Whether it shows in the bell of everybody who sees the alert.</param>
    /// <param name="Quiet">When it waits; what is critical does not.</param>
    /// <param name="Stops">Whether no later route is asked.</param>
    public sealed record RouteItem(
        Guid Id, string Name, Guid? OrganizationId, int Position, bool Enabled, string[] Severities, string Target, JsonElement Hours, string[] Events, Guid[] ChannelIds, JsonElement Quiet, int DigestMinutes,
        bool Stops, Guid? PolicyId, bool InApp, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record CreateRequest(
        string? Name, Guid? OrganizationId, bool? Enabled, string[]? Severities, string? Target, JsonElement? Hours, string[]? Events, Guid[]? ChannelIds, JsonElement? Quiet, int? DigestMinutes, bool? Stops,
        Guid? PolicyId, bool? InApp);

    /// <param name="PolicyId">The id of nothing, all zeros, takes it away.</param>
    public sealed record UpdateRequest(
        string? Name, bool? Enabled, string[]? Severities, string? Target, JsonElement? Hours, string[]? Events, Guid[]? ChannelIds, JsonElement? Quiet, int? DigestMinutes, bool? Stops, Guid? PolicyId, bool? InApp);

    /// <param name="OrganizationId">Whose routes; null for the partner's own.</param>
    /// <param name="RouteIds">All of them, each once.</param>
    public sealed record OrderRequest(Guid? OrganizationId, Guid[]? RouteIds);

    public static void MapNotificationRoutes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/notification-routes").WithTags("Notifications");
        var read = new RequirePermissionAttribute(Permissions.NotificationsRead);
        var write = new RequirePermissionAttribute(Permissions.NotificationsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<RouteItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<RouteItem>(201);
        group.MapPut("/order", OrderAsync).WithMetadata(write).Produces(204);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<RouteItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<RouteItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
    }

    /// <summary>All of them, in the order in which they are asked.</summary>
    static async Task<IResult> ListAsync(AlertingDbContext database, CancellationToken cancellationToken)
    {
        var rows = await database.Routes.AsNoTracking().OrderBy(r => r.OrganizationId != null).ThenBy(r => r.OrganizationId).ThenBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        return Results.Ok(new Page<RouteItem>([.. rows.Select(Item)], null));
    }

    static async Task<IResult> GetAsync(Guid id, AlertingDbContext database, CancellationToken cancellationToken) =>
        await database.Routes.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } route ? Results.Ok(Item(route)) : ApiProblem.NotFound("notification_route");

    static async Task<IResult> CreateAsync(CreateRequest r, NotificationRoutes routes, AccessScope scope, CancellationToken cancellationToken)
    {
        if (await routes.CheckTargetAsync(r.Target, cancellationToken) is { } error)
        {
            return new ExpressionProblem(error);
        }
        var created = await routes.CreateAsync(scope, r.OrganizationId, Draft(new(r.Name, r.Enabled, r.Severities, r.Target, r.Hours, r.Events, r.ChannelIds, r.Quiet, r.DigestMinutes, r.Stops, r.PolicyId, r.InApp)), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/notification-routes/{created.Value.Id}", Item(created.Value)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, AlertingDbContext database, NotificationRoutes routes, AccessScope scope, CancellationToken cancellationToken)
    {
        if (await database.Routes.AnyAsync(r => r.Id == id, cancellationToken) && await routes.CheckTargetAsync(request.Target, cancellationToken) is { } error)
        {
            return new ExpressionProblem(error);
        }
        var updated = await routes.UpdateAsync(scope, id, Draft(request), cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value)) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, NotificationRoutes routes, AccessScope scope, CancellationToken cancellationToken) => (await routes.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>Puts the routes of one level in an order.</summary>
    static async Task<IResult> OrderAsync(OrderRequest request, NotificationRoutes routes, AccessScope scope, CancellationToken cancellationToken) =>
        (await routes.OrderAsync(scope, request.OrganizationId, request.RouteIds ?? [], cancellationToken)).OrNoContent();

    static RouteDraft Draft(UpdateRequest r) => new()
    {
        Name = r.Name, Enabled = r.Enabled, Severities = r.Severities, Target = r.Target, Hours = r.Hours, Events = r.Events, ChannelIds = r.ChannelIds, Quiet = r.Quiet, DigestMinutes = r.DigestMinutes, Stops = r.Stops,
        PolicyId = r.PolicyId, InApp = r.InApp,
    };

    static RouteItem Item(NotificationRoute r) => new(
        r.Id, r.Name, r.OrganizationId, r.Position, r.Enabled, r.Severities, r.Target, JsonElement.Parse(r.Hours), r.Events, r.ChannelIds, JsonElement.Parse(r.Quiet), r.DigestMinutes, r.Stops, r.PolicyId, r.InApp, r.CreatedAt, r.UpdatedAt);
}
