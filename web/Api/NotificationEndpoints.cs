using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>The delivery log. Channels and routes have files of their own.</summary>
static class NotificationEndpoints
{
    /// <param name="Event"><c>firing</c>, <c>reopened</c>, <c>acknowledged</c>, <c>resolved</c>, <c>test</c> or <c>digest</c>.</param>
    /// <param name="Status"><c>queued</c>, <c>delivered</c>, <c>failed</c>, <c>merged</c> or <c>dropped</c>.</param>
    /// <param name="MergedInto">The notification that said this one's part as well.</param>
    public sealed record NotificationItem(
        Guid Id, Guid? ChannelId, string? Channel, Guid? AlertId, Guid? OrganizationId, string Event, string? Severity, string? Title, string Status, int Attempts, string? Error, Guid? MergedInto,
        DateTimeOffset CreatedAt, DateTimeOffset DueAt, DateTimeOffset? FinishedAt);

    static readonly string[] Statuses = ["queued", "delivered", "failed", "merged", "dropped"];

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/notifications", ListAsync).WithTags("Notifications").WithMetadata(new RequirePermissionAttribute(Permissions.NotificationsRead)).Produces<Page<NotificationItem>>();
        routes.MapNotificationChannels();
        routes.MapNotificationRoutes();
    }

    /// <summary>What was told, the newest first.</summary>
    static async Task<IResult> ListAsync(
        AlertingDbContext database, [FromQuery(Name = "alert_id")] Guid? alertId, [FromQuery(Name = "channel_id")] Guid? channelId, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        if (status is { Length: > 0 } && !Statuses.Contains(status))
        {
            return ApiProblem.Invalid("status_invalid", $"A notification is {string.Join(", ", Statuses)}.");
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Notifications.AsNoTracking()
            .Where(n => (cursor == null || cursor == "" || n.Id < before) && (alertId == null || n.AlertId == alertId) && (channelId == null || n.ChannelId == channelId) && (status == null || status == "" || n.Status == status))
            .OrderByDescending(n => n.Id).Take(count + 1)
            .Select(n => new { n, Channel = database.Channels.Where(c => c.Id == n.ChannelId).Select(c => c.Name).FirstOrDefault() }).ToListAsync(cancellationToken);
        var items = rows.Select(r =>
        {
            var body = JsonElement.Parse(r.n.Body);
            string? Text(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return new NotificationItem(
                r.n.Id, r.n.ChannelId, r.Channel, r.n.AlertId, r.n.OrganizationId, r.n.Event, Text("severity"), Text("title"), r.n.Status, r.n.Attempts, r.n.Error, r.n.MergedInto, r.n.CreatedAt, r.n.DueAt, r.n.FinishedAt);
        });
        return Results.Ok(Page<NotificationItem>.Cut([.. items], count, n => Cursor.Encode("", n.Id)));
    }
}
