using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class NotificationChannelEndpoints
{
    /// <param name="Settings">By the type's schema, without what is secret.</param>
    /// <param name="SecretsSet">The names of the secrets that are there. They are never shown.</param>
    /// <param name="RatePerMinute">More than this many a minute wait and are told together.</param>
    public sealed record ChannelItem(
        Guid Id, string Name, string Type, Guid? OrganizationId, bool Enabled, JsonElement Settings, string[] SecretsSet, int RatePerMinute, DateTimeOffset? FailingSince, string? LastError,
        DateTimeOffset? LastDeliveredAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record TypeItem(string Type, string DisplayName, JsonElement Schema, IReadOnlyList<string> Secrets);

    public sealed record CreateRequest(string? Name, string? Type, Guid? OrganizationId, bool? Enabled, JsonElement? Settings, int? RatePerMinute);

    /// <param name="Settings">All of them. Secrets that are left out stay; one that is null goes.</param>
    public sealed record UpdateRequest(string? Name, bool? Enabled, JsonElement? Settings, int? RatePerMinute);

    public sealed record TestResult(Guid NotificationId, bool Delivered, string? Error, bool Retryable, int TookMs);

    public static void MapNotificationChannels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/notification-channels").WithTags("Notifications");
        var read = new RequirePermissionAttribute(Permissions.NotificationsRead);
        var write = new RequirePermissionAttribute(Permissions.NotificationsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<ChannelItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<ChannelItem>(201);
        group.MapGet("/types", Types).WithMetadata(read).Produces<Page<TypeItem>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<ChannelItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<ChannelItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapPost("/{id:guid}/test", TestAsync).WithMetadata(write).Produces<TestResult>();
    }

    static async Task<IResult> ListAsync(AlertingDbContext database, [FromQuery(Name = "organization_id")] Guid? organizationId, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Channels.AsNoTracking().Where(c => c.Id > after && (organizationId == null || c.OrganizationId == organizationId)).OrderBy(c => c.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<ChannelItem>.Cut([.. rows.Select(Item)], count, c => Cursor.Encode("", c.Id)));
    }

    /// <summary>The channel types that active plugins provide now, with the schemas of their settings.</summary>
    static IResult Types(IChannelTypes types) => Results.Ok(new Page<TypeItem>([.. types.List().Select(t => new TypeItem(t.Type, t.DisplayName, t.Schema, t.Secrets))], null));

    static async Task<IResult> GetAsync(Guid id, AlertingDbContext database, CancellationToken cancellationToken) =>
        await database.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { } channel ? Results.Ok(Item(channel)) : ApiProblem.NotFound("notification_channel");

    static async Task<IResult> CreateAsync(CreateRequest request, NotificationChannels channels, AccessScope scope, CancellationToken cancellationToken)
    {
        var created = await channels.CreateAsync(scope, request.Type, request.OrganizationId, new(request.Name, request.Enabled, request.Settings, request.RatePerMinute), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/notification-channels/{created.Value.Id}", Item(created.Value)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, NotificationChannels channels, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await channels.UpdateAsync(scope, id, new(request.Name, request.Enabled, request.Settings, request.RatePerMinute), cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value)) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, NotificationChannels channels, AccessScope scope, CancellationToken cancellationToken) =>
        (await channels.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>Sends a test now and answers what came of it, within half a minute.</summary>
    static async Task<IResult> TestAsync(Guid id, ChannelTests tests, AccessScope scope, CancellationToken cancellationToken)
    {
        var test = await tests.SendAsync(scope, id, cancellationToken);
        return test.Succeeded
            ? Results.Ok(new TestResult(test.Value.NotificationId, test.Value.IsDelivered, test.Value.Error, test.Value.IsRetryable, (int)test.Value.Took.TotalMilliseconds)) : test.Refusal.AsProblem();
    }

    static ChannelItem Item(NotificationChannel c) => new(
        c.Id, c.Name, c.Type, c.OrganizationId, c.Enabled, JsonElement.Parse(c.Settings), c.SecretsSet, c.RatePerMinute, c.FailingSince, c.LastError, c.LastDeliveredAt, c.CreatedAt, c.UpdatedAt);
}
