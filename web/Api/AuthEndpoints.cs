using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class AuthEndpoints
{
    public sealed record LoginRequest(string? Email, string? Password);

    public sealed record MfaRequest(string? MfaToken, string? Code);

    public sealed record RefreshRequest(string? RefreshToken);

    public sealed record TokenResponse(string AccessToken, int ExpiresIn, string RefreshToken, string TokenType = "Bearer");

    public sealed record MfaResponse(bool MfaRequired, string MfaToken, int ExpiresIn);

    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/auth").WithTags("Authentication");
        group.MapPost("/login", LoginAsync).AllowAnonymous().Produces<TokenResponse>();
        group.MapPost("/mfa/verify", VerifyAsync).AllowAnonymous().Produces<TokenResponse>();
        group.MapPost("/refresh", RefreshAsync).AllowAnonymous().Produces<TokenResponse>();
        group.MapPost("/logout", LogoutAsync).AllowAnonymous().Produces(204);
        group.MapAccount();
    }

    /// <summary>A refusal to sign in as a problem; with Retry-After where waiting helps.</summary>
    public static IResult Problem(HttpContext context, SignInResult result)
    {
        if (result.RetryAfter is not { } wait)
        {
            return ApiProblem.Result(401, result.Code!, "Signing in failed.", result.Error!);
        }
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
        return result.IsBusy
            ? ApiProblem.Result(503, result.Code!, "The server cannot do this now.", result.Error!)
            : ApiProblem.Result(429, result.Code!, "There were too many attempts.", result.Error!);
    }

    static async Task<IResult> LoginAsync(LoginRequest request, HttpContext context, SignInService signIn, ApiSignIn tokens, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Email) || string.IsNullOrEmpty(request.Password))
        {
            return ApiProblem.Invalid("credentials_missing", "Send email and password.");
        }
        var result = await signIn.PasswordAsync(request.Email, request.Password, ClientAddress.Of(context), cancellationToken);
        return result.MfaRequired ? Results.Ok(new MfaResponse(true, result.MfaToken, (int)MfaToken.Lifetime.TotalSeconds)) : await AnswerAsync(context, result, tokens, cancellationToken);
    }

    static async Task<IResult> VerifyAsync(MfaRequest request, HttpContext context, SignInService signIn, ApiSignIn tokens, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.MfaToken) || string.IsNullOrWhiteSpace(request.Code))
        {
            return ApiProblem.Invalid("code_missing", "Send mfa_token, as the login gave it, and code: six digits of the authenticator app, or a recovery code.");
        }
        return await AnswerAsync(context, await signIn.CodeAsync(request.MfaToken, request.Code, ClientAddress.Of(context), cancellationToken), tokens, cancellationToken);
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

    static async Task<IResult> AnswerAsync(HttpContext context, SignInResult result, ApiSignIn tokens, CancellationToken cancellationToken) =>
        // What single sign-on began in a browser ends there, bound to its partner.
        result.Sso is not null ? ApiProblem.Result(401, "mfa_token_invalid", "Signing in failed.", "This sign-in belongs to a browser. Finish it there.")
        : result.Succeeded ? Results.Ok(await tokens.StartAsync(context, result.User, result.Method, result.WithMfa, cancellationToken)) : Problem(context, result);

    static IResult Refused() => ApiProblem.Result(401, "refresh_token_invalid", "The refresh token is not valid.", "It was used, revoked or has expired. Sign in again.");
}
