using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>What a signed-in person asks and does about themselves.</summary>
static class AccountEndpoints
{
    public sealed record StepUpRequest(string? Password, string? Code);

    public sealed record StepUpResponse(DateTimeOffset FreshUntil);

    public sealed record SessionItem(
        Guid Id, string Kind, string Method, bool Mfa, bool Current, string Address, string Device, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt);

    public sealed record Place(Guid Id, string Name);

    public sealed record Me(
        Guid Id, string Email, string DisplayName, Place Partner, bool IsPlatform, Guid MembershipId, Guid[]? OrganizationIds, Guid[]? SiteIds, string[] Permissions,
        bool HasMfa, bool MustSetUpMfa);

    public static void MapAccount(this RouteGroupBuilder group)
    {
        var signedIn = new SignedInAttribute();
        group.MapPost("/step-up", StepUpAsync).WithMetadata(signedIn).Produces<StepUpResponse>();
        group.MapGet("/me", MeAsync).WithMetadata(signedIn).Produces<Me>();
        group.MapGet("/sessions", SessionsAsync).WithMetadata(signedIn).Produces<Page<SessionItem>>();
        group.MapDelete("/sessions/{id:guid}", EndSessionAsync).WithMetadata(signedIn).Produces(204);
    }

    static async Task<IResult> StepUpAsync(
        StepUpRequest request, HttpContext context, AccessScope scope, Confirmations confirmations, TimeProvider time, CancellationToken cancellationToken)
    {
        if (scope.SessionId is null)
        {
            return ApiProblem.Result(403, "step_up_impossible", "An API key may not do this.", "It takes a person who confirms who they are. Sign in with POST /api/v1/auth/login.");
        }
        if (await confirmations.ConfirmAsync(scope, request.Password, request.Code, cancellationToken) is not { } refusal)
        {
            return Results.Ok(new StepUpResponse(time.GetUtcNow() + AccessScope.Freshness));
        }
        // 403 and not 401: the caller is signed in, and shall not throw the token away.
        return refusal.RetryAfter is not null ? AuthEndpoints.Problem(context, refusal)
            : refusal.Code is "password_required" or "code_required" ? ApiProblem.Invalid(refusal.Code, $"Send {(scope.HasMfa ? "code, of your authenticator app or a recovery code" : "password")}.")
            : ApiProblem.Result(403, refusal.Code!, "You could not be confirmed.", refusal.Error!);
    }

    static async Task<IResult> MeAsync(AccessScope scope, Database database, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == scope.UserId, cancellationToken);
        var partner = await context.Partners.Where(p => p.Id == scope.PartnerId).Select(p => new Place(p.Id, p.Name)).SingleAsync(cancellationToken);
        return Results.Ok(new Me(
            user.Id, user.Email, user.DisplayName, partner, scope.IsPlatform, scope.MembershipId!.Value, scope.OrganizationIds, scope.SiteIds,
            [.. PermissionCatalog.All.Select(p => p.Name).Where(scope.Can)], scope.HasMfa, scope.MustSetUpMfa));
    }

    static async Task<IResult> SessionsAsync(AccessScope scope, Sessions sessions, CancellationToken cancellationToken)
    {
        var list = await sessions.ListAsync(scope.UserId!.Value, cancellationToken);
        return Results.Ok(new Page<SessionItem>(
            [.. list.Select(s => new SessionItem(
                s.Id, s.Kind, s.Method, s.MfaAt is not null, s.Id == scope.SessionId, s.Address, DeviceWords.Of(s.UserAgent), s.CreatedAt, s.LastSeenAt, s.ExpiresAt))], null));
    }

    static async Task<IResult> EndSessionAsync(Guid id, AccessScope scope, Sessions sessions, IAuditLog audit, CancellationToken cancellationToken)
    {
        // A key is for the work; it cannot lock its owner out.
        if (scope.IsKey)
        {
            return ApiProblem.Result(403, "forbidden", "An API key may not do this.", "Sessions are ended by the person who is signed in.");
        }
        if (!await sessions.EndAsync(scope.UserId!.Value, id, cancellationToken))
        {
            return ApiProblem.NotFound("session");
        }
        await audit.WriteAsync(scope, new AuditRecord("session.revoked", "session", id.ToString()), cancellationToken);
        return Results.NoContent();
    }
}
