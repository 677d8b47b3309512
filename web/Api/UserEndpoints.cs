using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class UserEndpoints
{
    public sealed record ChangeRequest(string? Status);

    public sealed record MembershipRequest(Guid? MembershipId, Guid? RoleId, string? OrganizationAccess, Guid[]? OrganizationIds, Guid[]? SiteIds);

    public sealed record DenialItem(Guid OrganizationId, Guid? SiteId);

    public sealed record DenialList(DenialItem[]? Data);

    public sealed record SessionItem(
        Guid Id, string Kind, string Method, string Address, string UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, DateTimeOffset? MfaAt);

    public sealed record ResetLink(string Link, DateTimeOffset ExpiresAt);

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var read = new RequirePermissionAttribute(Permissions.UsersRead);
        var write = new RequirePermissionAttribute(Permissions.UsersWrite);
        var group = routes.MapGroup("/api/v1/users").WithTags("People");
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<UserItem>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<UserItem>();
        group.MapPatch("/{id:guid}", ChangeAsync).WithMetadata(write).Produces<UserItem>();
        group.MapDelete("/{id:guid}", RemoveAsync).WithMetadata(write).Produces(204);
        group.MapPut("/{id:guid}/membership", SetMembershipAsync).WithMetadata(write).Produces<UserItem>();
        group.MapGet("/{id:guid}/denials", DenialsAsync).WithMetadata(read).Produces<DenialList>();
        group.MapPut("/{id:guid}/denials", SetDenialsAsync).WithMetadata(write).Produces<DenialList>();
        group.MapGet("/{id:guid}/sessions", SessionsAsync).WithMetadata(write).Produces<Page<SessionItem>>();
        group.MapDelete("/{id:guid}/sessions", (Guid id, AccessScope scope, Accounts accounts, CancellationToken cancellationToken) =>
            EndSessionsAsync(id, null, scope, accounts, cancellationToken)).WithMetadata(write).Produces(204);
        group.MapDelete("/{id:guid}/sessions/{sessionId:guid}", (Guid id, Guid sessionId, AccessScope scope, Accounts accounts, CancellationToken cancellationToken) =>
            EndSessionsAsync(id, sessionId, scope, accounts, cancellationToken)).WithMetadata(write).Produces(204);
        group.MapPost("/{id:guid}/password-reset", ResetAsync).WithMetadata(write, new RequireStepUpAttribute()).Produces<ResetLink>(201);
    }

    static async Task<IResult> ListAsync(PeopleDirectory people, string? q, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var name, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await people.ListAsync(q, status, name, after, count + 1, cancellationToken);
        return Results.Ok(Page<UserItem>.Cut(rows, count, u => Cursor.Encode(u.DisplayName.ToLowerInvariant(), u.Id)));
    }

    static async Task<IResult> GetAsync(Guid id, PeopleDirectory people, CancellationToken cancellationToken) =>
        await people.FindAsync(id, cancellationToken) is { } user ? Results.Ok(user) : ApiProblem.NotFound("user");

    static async Task<IResult> ChangeAsync(Guid id, ChangeRequest request, AccessScope scope, Accounts accounts, PeopleDirectory people, CancellationToken cancellationToken) =>
        await accounts.SetStatusAsync(scope, id, request.Status, cancellationToken) is { } refusal ? refusal.AsProblem() : await GetAsync(id, people, cancellationToken);

    static async Task<IResult> RemoveAsync(Guid id, Guid? membershipId, AccessScope scope, Memberships memberships, CancellationToken cancellationToken) =>
        (await memberships.EndAsync(scope, id, membershipId, cancellationToken)).OrNoContent();

    static async Task<IResult> SetMembershipAsync(
        Guid id, MembershipRequest request, AccessScope scope, Memberships memberships, PeopleDirectory people, CancellationToken cancellationToken)
    {
        var placement = new Placement(request.RoleId ?? default, null, request.OrganizationAccess ?? "all", request.OrganizationIds ?? [], request.SiteIds);
        return await memberships.ChangeAsync(scope, id, request.MembershipId, placement, cancellationToken) is { } refusal ? refusal.AsProblem() : await GetAsync(id, people, cancellationToken);
    }

    static async Task<IResult> DenialsAsync(Guid id, BreezeDbContext database, PeopleDirectory people, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("user");
        }
        return Results.Ok(new DenialList(await database.AccessDenials.Where(d => d.UserId == id).OrderBy(d => d.Id).Select(d => new DenialItem(d.OrganizationId, d.SiteId)).ToArrayAsync(cancellationToken)));
    }

    static async Task<IResult> SetDenialsAsync(
        Guid id, DenialList request, AccessScope scope, Memberships memberships, BreezeDbContext database, PeopleDirectory people, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("user");
        }
        if (request.Data is not { Length: <= 1000 } data || data.Any(d => d is null))
        {
            return ApiProblem.Invalid("data_missing", "Send data: a list of at most 1000 {organization_id, site_id}; without site_id the whole organization.");
        }
        return await memberships.DenyAsync(scope, id, [.. data.Select(d => (d.OrganizationId, d.SiteId))], cancellationToken) is { } refusal
            ? refusal.AsProblem()
            : await DenialsAsync(id, database, people, cancellationToken);
    }

    static async Task<IResult> SessionsAsync(Guid id, AccessScope scope, Accounts accounts, CancellationToken cancellationToken)
    {
        var sessions = await accounts.SessionsAsync(scope, id, cancellationToken);
        return sessions.Succeeded
            ? Results.Ok(new Page<SessionItem>([.. sessions.Value.Select(s => new SessionItem(s.Id, s.Kind, s.Method, s.Address, s.UserAgent, s.CreatedAt, s.LastSeenAt, s.ExpiresAt, s.MfaAt))], null))
            : sessions.Refusal.AsProblem();
    }

    static async Task<IResult> EndSessionsAsync(Guid id, Guid? sessionId, AccessScope scope, Accounts accounts, CancellationToken cancellationToken) =>
        (await accounts.EndSessionsAsync(scope, id, sessionId, cancellationToken)).OrNoContent();

    static async Task<IResult> ResetAsync(
        Guid id, HttpContext http, AccessScope scope, PasswordResets resets, PublicLinks links, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = await resets.CreateForAsync(scope, id, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return token.Succeeded
            ? Results.Created((string?)null, new ResetLink(links.ForDisplay(http.Request, AccountMails.ResetPath(token.Value)), time.GetUtcNow() + PasswordResets.Lifetime))
            : token.Refusal.AsProblem();
    }
}
