using System.Globalization;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Alerts: seeing them and acting on them.</summary>
static class AlertEndpoints
{
    public sealed record AlertItem(
        Guid Id, string Title, string Message, string Severity, string Status, Guid? OrganizationId, Guid? DeviceId, Guid? RuleId, string Label, string Source, double? Value,
        DateTimeOffset StartedAt, DateTimeOffset? FiredAt, DateTimeOffset? AcknowledgedAt, Guid? AcknowledgedBy, DateTimeOffset? ResolvedAt, string? Resolution, DateTimeOffset? SnoozedUntil,
        string? SuppressedBy, string SuppressedText, int Reopened, Guid? AssigneeId, Guid? IncidentId);

    public sealed record EventItem(Guid Id, string Kind, DateTimeOffset At, Guid? UserId, string UserName, string Text, JsonElement Detail);

    public sealed record TextRequest(string? Text);

    public sealed record SnoozeRequest(DateTimeOffset? Until, int? Minutes, string? Text);

    public sealed record AssignRequest(Guid? UserId, string? Text);

    public sealed record BulkRequest(Guid[]? Ids, string? Action, DateTimeOffset? Until, int? Minutes, Guid? UserId, string? Text);

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/alerts").WithTags("Alerts");
        var read = new RequirePermissionAttribute(Permissions.AlertsRead);
        var write = new RequirePermissionAttribute(Permissions.AlertsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<AlertItem>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<AlertItem>();
        group.MapGet("/{id:guid}/events", EventsAsync).WithMetadata(read).Produces<Page<EventItem>>();
        group.MapPost("/{id:guid}/acknowledge", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Acknowledge, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/unacknowledge", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Unacknowledge, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/snooze", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, TimeProvider time, Guid id, SnoozeRequest request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Snooze, Until(time, request.Until, request.Minutes), Text: request.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/wake", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Wake, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/resolve", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Resolve, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/assign", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, AssignRequest request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Assign, UserId: request.UserId, Text: request.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/{id:guid}/comments", (AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, TextRequest request, CancellationToken cancellationToken) =>
            ActAsync(inbox, context, scope, id, new(AlertActs.Comment, Text: request.Text), cancellationToken)).WithMetadata(write).Produces<AlertItem>();
        group.MapPost("/actions", BulkAsync).WithMetadata(write).Produces<AlertsDone>();
    }

    static async Task<IResult> ListAsync(
        AlertingDbContext context, TimeProvider time, string? status, string? severity, [FromQuery(Name = "organization_id")] Guid? organizationId, [FromQuery(Name = "device_id")] Guid? deviceId,
        [FromQuery(Name = "rule_id")] Guid? ruleId, [FromQuery(Name = "assignee_id")] Guid? assigneeId, [FromQuery(Name = "incident_id")] Guid? incidentId,
        string? suppressed, string? q, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var key, out var id) || (cursor is not null && !(long.TryParse(key, CultureInfo.InvariantCulture, out var ticks) && ticks > 0 && ticks <= DateTime.MaxValue.Ticks)))
        {
            return Cursor.Invalid();
        }
        if (!AlertFilter.IsStatus(status))
        {
            return ApiProblem.Invalid("status_invalid", "status is one of open, pending, firing, acknowledged, resolved; leave it out for all but pending ones.");
        }
        if (!string.IsNullOrEmpty(severity) && !AlertSeverity.All.Contains(severity))
        {
            return ApiProblem.Invalid("severity_invalid", $"severity is one of {string.Join(", ", AlertSeverity.All)}.");
        }
        if (!string.IsNullOrEmpty(suppressed) && suppressed != AlertFilter.Any && !SuppressedBy.All.Contains(suppressed))
        {
            return ApiProblem.Invalid("suppressed_invalid", $"suppressed is {AlertFilter.Any} or one of {string.Join(", ", SuppressedBy.All)}.");
        }
        var filter = new AlertFilter
        { Status = status, Severity = severity, OrganizationId = organizationId, DeviceId = deviceId, RuleId = ruleId, AssigneeId = assigneeId, Text = q?.Replace("\0", "", StringComparison.Ordinal),
            IncidentId = incidentId, Suppressed = suppressed,
        };
        var count = Cursor.Limit(limit);
        (DateTimeOffset, Guid)? after = cursor is null ? null : (new DateTimeOffset(long.Parse(key, CultureInfo.InvariantCulture), TimeSpan.Zero), id);
        var rows = await filter.Apply(context, time.GetUtcNow(), after).Take(count + 1).ToListAsync(cancellationToken);
        await UpstreamNames.HideAsync(context, rows, [], cancellationToken);
        var last = rows.Count > count ? rows[count - 1] : null;
        return Results.Ok(Page<AlertItem>.Cut([.. rows.Select(Item)], count, _ => Cursor.Encode(last!.ShownAt.UtcTicks.ToString(CultureInfo.InvariantCulture), last.Id)));
    }

    static Task<IResult> GetAsync(AlertingDbContext context, Guid id, CancellationToken cancellationToken) => ShowAsync(context, id, cancellationToken);

    static async Task<IResult> EventsAsync(AlertingDbContext context, Guid id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        if (!await context.Alerts.AnyAsync(a => a.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("alert");
        }
        var count = Cursor.Limit(limit);
        var rows = await context.Events.AsNoTracking().Where(e => e.AlertId == id && e.Id > after).OrderBy(e => e.Id).Take(count + 1).ToListAsync(cancellationToken);
        await UpstreamNames.HideAsync(context, [], rows, cancellationToken);
        return Results.Ok(Page<EventItem>.Cut(
            [.. rows.Select(e => new EventItem(e.Id, e.Kind, e.At, e.UserId, e.UserName, e.Text, JsonElement.Parse(e.Detail)))], count, e => Cursor.Encode("", e.Id)));
    }

    static async Task<IResult> ActAsync(AlertInbox inbox, AlertingDbContext context, AccessScope scope, Guid id, AlertAct act, CancellationToken cancellationToken)
    {
        if (!await context.Alerts.AnyAsync(a => a.Id == id && a.Status != AlertStatus.Pending, cancellationToken))
        {
            return ApiProblem.NotFound("alert");
        }
        var outcome = await inbox.ActAsync(scope, [id], act, cancellationToken);
        return outcome.Succeeded ? await ShowAsync(context, id, cancellationToken) : outcome.Refusal.AsProblem();
    }

    static async Task<IResult> BulkAsync(AlertInbox inbox, AccessScope scope, TimeProvider time, BulkRequest request, CancellationToken cancellationToken)
    {
        var outcome = await inbox.ActAsync(
            scope, request.Ids ?? [], new AlertAct(request.Action ?? "", Until(time, request.Until, request.Minutes), request.UserId, request.Text), cancellationToken);
        return outcome.Succeeded ? Results.Ok(outcome.Value) : outcome.Refusal.AsProblem();
    }

    /// <summary>At most as far as can be snoozed, so that no number of minutes runs over.</summary>
    internal static DateTimeOffset? Until(TimeProvider time, DateTimeOffset? until, int? minutes) =>
        until ?? (minutes is { } count ? time.GetUtcNow().AddMinutes(Math.Min((long)count, (long)AlertInbox.LongestSnooze.TotalMinutes + 1)) : null);

    static async Task<IResult> ShowAsync(AlertingDbContext context, Guid id, CancellationToken cancellationToken)
    {
        if (await context.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } alert)
        {
            return ApiProblem.NotFound("alert");
        }
        await UpstreamNames.HideAsync(context, [alert], [], cancellationToken);
        return Results.Ok(Item(alert));
    }

    static AlertItem Item(Alert a) => new(
        a.Id, a.Title, a.Message, a.Severity, a.Status, a.OrganizationId, a.DeviceId, a.RuleId, a.Label, a.Source, a.Value, a.StartedAt, a.FiredAt, a.AcknowledgedAt, a.AcknowledgedBy, a.ResolvedAt,
        a.Resolution, a.SnoozedUntil, a.SuppressedBy, a.SuppressedText, a.Reopened, a.AssigneeId, a.IncidentId);
}
