using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Incidents;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Incidents: many alerts of one rule that came at once. Their alerts are in <c>GET /api/v1/alerts?incident_id=</c>.</summary>
static class IncidentEndpoints
{
    public sealed record TextRequest(string? Text);

    public sealed record SnoozeRequest(DateTimeOffset? Until, int? Minutes, string? Text);

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/incidents").WithTags("Alerts");
        var read = new RequirePermissionAttribute(Permissions.AlertsRead);
        var write = new RequirePermissionAttribute(Permissions.AlertsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<IncidentRow>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<IncidentRow>();
        group.MapPost("/{id:guid}/acknowledge", (IncidentActs acts, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(acts, scope, id, new(AlertActs.Acknowledge, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertsDone>();
        group.MapPost("/{id:guid}/snooze", (IncidentActs acts, AccessScope scope, TimeProvider time, Guid id, SnoozeRequest request, CancellationToken cancellationToken) =>
            ActAsync(acts, scope, id, new(AlertActs.Snooze, AlertEndpoints.Until(time, request.Until, request.Minutes), Text: request.Text), cancellationToken)).WithMetadata(write).Produces<AlertsDone>();
        group.MapPost("/{id:guid}/resolve", (IncidentActs acts, AccessScope scope, Guid id, [FromBody] TextRequest? request, CancellationToken cancellationToken) =>
            ActAsync(acts, scope, id, new(AlertActs.Resolve, Text: request?.Text), cancellationToken)).WithMetadata(write).Produces<AlertsDone>();
    }

    /// <summary>The newest first.</summary>
    static async Task<IResult> ListAsync(AlertingDbContext context, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        if (status is { Length: > 0 } and not (Incident.Open or Incident.Resolved))
        {
            return ApiProblem.Invalid("status_invalid", "status is open or resolved; leave it out for both.");
        }
        var count = Cursor.Limit(limit);
        var query = context.Incidents.Where(i => (cursor == null || cursor == "" || i.Id < before) && (status == null || status == "" || i.Status == status)).OrderByDescending(i => i.Id).Take(count + 1);
        return Results.Ok(Page<IncidentRow>.Cut(await IncidentRow.ReadAsync(context, query, cancellationToken), count, i => Cursor.Encode("", i.Id)));
    }

    static async Task<IResult> GetAsync(AlertingDbContext context, Guid id, CancellationToken cancellationToken) =>
        (await IncidentRow.ReadAsync(context, context.Incidents.Where(i => i.Id == id), cancellationToken)).SingleOrDefault() is { } incident ? Results.Ok(incident) : ApiProblem.NotFound("incident");

    static async Task<IResult> ActAsync(IncidentActs acts, AccessScope scope, Guid id, AlertAct act, CancellationToken cancellationToken)
    {
        var outcome = await acts.ActAsync(scope, id, act, cancellationToken);
        return outcome.Succeeded ? Results.Ok(outcome.Value) : outcome.Refusal.AsProblem();
    }
}
