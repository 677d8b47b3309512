using System.Security.Claims;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Authentication;

namespace Breeze.Web.Identity;

/// <summary>Signs a browser in and out. The cookie names a session; what the session is worth stands in the database.</summary>
public sealed class CookieSignIn(Sessions sessions)
{
    /// <summary>Starts a session for who has shown who they are, and gives the browser its cookie.</summary>
    public Task SignInAsync(HttpContext context, User user, string method, bool withMfa, CancellationToken cancellationToken) =>
        SignInAsync(context, user, method, withMfa, null, cancellationToken);

    /// <summary>As above; after a partner's single sign-on the session is good for that partner alone.</summary>
    public async Task SignInAsync(HttpContext context, User user, string method, bool withMfa, SsoPerson? sso, CancellationToken cancellationToken)
    {
        var session = await sessions.StartAsync(user.Id, "browser", method, withMfa, ClientAddress.Of(context), context.Request.Headers.UserAgent.ToString(), sso, cancellationToken);
        await IssueAsync(context, user, session.Id);
    }

    /// <summary>Gives the browser a new cookie for a session that it has, because the security stamp has changed.</summary>
    public Task IssueAsync(HttpContext context, User user, Guid sessionId)
    {
        var identity = new ClaimsIdentity([.. SessionClaims.Of(user, sessionId), new(ClaimTypes.Name, user.DisplayName)], BreezeAuthentication.Cookie);
        return context.SignInAsync(BreezeAuthentication.Cookie, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Ends the session that the scope acts in.</summary>
    public async Task SignOutAsync(HttpContext context, AccessScope scope, CancellationToken cancellationToken)
    {
        if (scope is { UserId: { } userId, SessionId: { } sessionId })
        {
            await sessions.EndAsync(userId, sessionId, cancellationToken);
        }
        await context.SignOutAsync(BreezeAuthentication.Cookie);
    }
}
