using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class AuthEndpoints
{
    public sealed record LoginRequest(string? Email, string? Password);

    public sealed record RefreshRequest(string? RefreshToken);

    public sealed record TokenResponse(string AccessToken, int ExpiresIn, string RefreshToken, string TokenType = "Bearer");

    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/auth").WithTags("Authentication");
        group.MapPost("/login", LoginAsync).AllowAnonymous().Produces<TokenResponse>();
        group.MapPost("/refresh", RefreshAsync).AllowAnonymous().Produces<TokenResponse>();
        group.MapPost("/logout", LogoutAsync).AllowAnonymous().Produces(204);
    }

    static async Task<IResult> LoginAsync(
        LoginRequest request, HttpContext context, SignInService signIn, Sessions sessions, TokenIssuer tokens, RefreshTokens refresh, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Email) || string.IsNullOrEmpty(request.Password))
        {
            return ApiProblem.Invalid("credentials_missing", "Send email and password.");
        }
        var result = await signIn.PasswordAsync(request.Email, request.Password, ClientAddress.Of(context), cancellationToken);
        if (!result.Succeeded)
        {
            return ApiProblem.Result(401, "invalid_credentials", "Signing in failed.", result.Error);
        }
        var session = await sessions.StartAsync(
            result.User.Id, "api", SignInMethods.Password, withMfa: false, ClientAddress.Of(context), context.Request.Headers.UserAgent.ToString(), cancellationToken);
        return Results.Ok(new TokenResponse(
            tokens.Issue(result.User, session.Id), (int)TokenIssuer.Lifetime.TotalSeconds, await refresh.IssueAsync(result.User.Id, session.Id, cancellationToken)));
    }

    static async Task<IResult> RefreshAsync(RefreshRequest request, TokenIssuer tokens, RefreshTokens refresh, Database database, CancellationToken cancellationToken)
    {
        if (await refresh.RotateAsync(request.RefreshToken ?? "", cancellationToken) is not { } rotated)
        {
            return Refused();
        }
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == rotated.UserId && u.Status == "active", cancellationToken);
        return user is null ? Refused() : Results.Ok(new TokenResponse(tokens.Issue(user, rotated.SessionId), (int)TokenIssuer.Lifetime.TotalSeconds, rotated.Token));
    }

    static async Task<IResult> LogoutAsync(RefreshRequest request, RefreshTokens refresh, CancellationToken cancellationToken)
    {
        await refresh.RevokeAsync(request.RefreshToken ?? "", cancellationToken);
        return Results.NoContent();
    }

    static IResult Refused() => ApiProblem.Result(401, "refresh_token_invalid", "The refresh token is not valid.", "It was used, revoked or has expired. Sign in again.");
}
