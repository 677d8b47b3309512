using Breeze.Core.Identity;
using Breeze.Web.Api;

namespace Breeze.Web.Identity;

/// <summary>Starts a session of an API client: its tokens.</summary>
sealed class ApiSignIn(Sessions sessions, TokenIssuer tokens, RefreshTokens refresh)
{
    public async Task<AuthEndpoints.TokenResponse> StartAsync(HttpContext context, User user, string method, bool withMfa, CancellationToken cancellationToken)
    {
        var session = await sessions.StartAsync(user.Id, "api", method, withMfa, ClientAddress.Of(context), context.Request.Headers.UserAgent.ToString(), null, cancellationToken);
        return new(tokens.Issue(user, session.Id), (int)TokenIssuer.Lifetime.TotalSeconds, await refresh.IssueAsync(user.Id, session.Id, cancellationToken));
    }
}
