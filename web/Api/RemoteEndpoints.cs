using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Remote sessions: asking for one, seeing them, ending them. What runs on one goes over <c>WS /ws/remote/{id}</c>.</summary>
static class RemoteEndpoints
{
    public sealed record CreateRequest(Guid DeviceId, string? Kind, bool? ViewOnly, JsonElement? Options);

    /// <param name="Ticket">For the first frame on the WebSocket; good once, until <paramref name="TicketExpiresAt"/>.</param>
    public sealed record CreatedResponse(Guid Id, string Ticket, DateTimeOffset TicketExpiresAt);

    /// <param name="InterruptedAt">Since when one side has been away; it may come back.</param>
    /// <param name="ConsentMode">Whether the person at the device is asked, told, or neither: <c>ask</c>, <c>notify</c>, <c>silent</c>.</param>
    /// <param name="Consent">What became of it: <c>allowed</c>, <c>denied</c>, <c>timed_out</c>, <c>nobody</c>, <c>not_asked</c>; null until then.</param>
    /// <param name="Recorded">Whether what it shows is kept.</param>
    public sealed record SessionItem(
        Guid Id, Guid DeviceId, string Kind, bool ViewOnly, string Status, Guid? UserId, string Technician, string? Transport, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt,
        DateTimeOffset? InterruptedAt, DateTimeOffset? EndedAt, string? EndReason, string? EndMessage, string? ConsentMode, string? Consent, bool Recorded);

    public static void MapRemote(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/remote/sessions").WithTags("Remote access").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead));
        group.MapPost("", CreateAsync).WithMetadata(new RequireStepUpAttribute()).Produces<CreatedResponse>(201);
        group.MapPost("/{id:guid}/ticket", ReturnAsync).WithMetadata(new RequireStepUpAttribute()).Produces<CreatedResponse>();
        group.MapGet("", ListAsync).Produces<Page<SessionItem>>();
        group.MapGet("/{id:guid}", GetAsync).Produces<SessionItem>();
        group.MapDelete("/{id:guid}", EndAsync).Produces(204);
    }

    static async Task<IResult> CreateAsync(RemoteSessions sessions, CreateRequest request, CancellationToken cancellationToken)
    {
        var outcome = await sessions.StartAsync(new RemoteAsk(request.DeviceId, request.Kind, request.ViewOnly ?? false, request.Options), cancellationToken);
        return outcome.Succeeded
            ? Results.Created($"/api/v1/remote/sessions/{outcome.Value.SessionId}", new CreatedResponse(outcome.Value.SessionId, outcome.Value.Ticket, outcome.Value.ExpiresAt))
            : outcome.Refusal.AsProblem();
    }

    static async Task<IResult> ReturnAsync(RemoteSessions sessions, Guid id, CancellationToken cancellationToken)
    {
        var outcome = await sessions.ReturnAsync(id, cancellationToken);
        return outcome.Succeeded ? Results.Ok(new CreatedResponse(id, outcome.Value.Ticket, outcome.Value.ExpiresAt)) : outcome.Refusal.AsProblem();
    }

    static async Task<IResult> ListAsync(
        BreezeDbContext database, int? limit, string? cursor, [FromQuery(Name = "device_id")] Guid? deviceId, bool? open, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var query = database.RemoteSessions.AsNoTracking();
        query = deviceId is null ? query : query.Where(s => s.DeviceId == deviceId);
        query = open is null ? query : query.Where(s => s.EndedAt == null == open);
        query = cursor is null ? query : query.Where(s => s.Id < before);
        var rows = await query.OrderByDescending(s => s.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<SessionItem>.Cut([.. rows.Select(Item)], count, s => Cursor.Encode("", s.Id)));
    }

    static async Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await database.RemoteSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is { } session
            ? Results.Ok(Item(session))
            : ApiProblem.NotFound("remote_session");

    static async Task<IResult> EndAsync(RemoteSessions sessions, Guid id, CancellationToken cancellationToken) => (await sessions.EndAsync(id, cancellationToken)).OrNoContent();

    static SessionItem Item(RemoteSession s) => new(
        s.Id, s.DeviceId, s.Kind, s.ViewOnly, s.Status, s.UserId, s.Technician, s.Transport, s.RequestedAt, s.StartedAt, s.InterruptedAt, s.EndedAt, s.EndReason,
        s.EndReason is null ? null : s.EndMessage ?? RemoteEndings.WordsOf(s.EndReason), s.ConsentMode, s.Consent, s.Recorded);
}
