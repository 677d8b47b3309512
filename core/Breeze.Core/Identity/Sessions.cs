using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Who is signed in. A request is good for as long as its session is, so that ending one takes effect with the next request.</summary>
public sealed class Sessions(Database database, TimeProvider time)
{
    /// <summary>How long a browser may rest.</summary>
    public static TimeSpan BrowserLifetime { get; } = TimeSpan.FromHours(12);

    /// <summary>How long an API client may rest, by its refresh token.</summary>
    public static TimeSpan ApiLifetime { get; } = TimeSpan.FromDays(14);

    /// <param name="userId">Who has shown who they are.</param>
    /// <param name="kind"><c>browser</c> or <c>api</c>.</param>
    /// <param name="method">One of <see cref="SignInMethods"/>.</param>
    /// <param name="withMfa">Whether a second factor, or a passkey, was part of it.</param>
    /// <param name="address">Where from.</param>
    /// <param name="userAgent">With what, as it calls itself.</param>
    /// <param name="sso">After a partner's single sign-on: the session is good for that partner alone.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<UserSession> StartAsync(
        Guid userId, string kind, string method, bool withMfa, string address, string userAgent, SsoPerson? sso, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = new UserSession
        {
            Id = Guid.CreateVersion7(now), UserId = userId, Kind = kind, Method = method, Address = address, UserAgent = Transport.AgentText.Clean(userAgent, 300),
            CreatedAt = now, LastSeenAt = now, ExpiresAt = now + (kind == "browser" ? BrowserLifetime : ApiLifetime), AuthenticatedAt = now, MfaAt = withMfa ? now : null,
            PartnerId = sso?.PartnerId, MembershipId = sso?.MembershipId,
        };
        await using var context = database.CreateSystemContext();
        context.Add(session);
        await context.SaveChangesAsync(cancellationToken);
        return session;
    }

    /// <summary>Those of a person that are good, the last used first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        return await context.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.LastSeenAt).Take(200).ToListAsync(cancellationToken);
    }

    /// <summary>Records that the person has confirmed who they are.</summary>
    public async Task ConfirmAsync(Guid sessionId, bool withMfa, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        await context.Sessions.Where(s => s.Id == sessionId && s.RevokedAt == null).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.AuthenticatedAt, now).SetProperty(x => x.MfaAt, x => withMfa ? now : x.MfaAt), cancellationToken);
    }

    /// <summary>Ends one session of a person; false when it is not theirs or has ended.</summary>
    public async Task<bool> EndAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        return await context.Sessions.Where(s => s.Id == sessionId && s.UserId == userId && s.RevokedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), cancellationToken) == 1;
    }

    /// <summary>Ends all sessions of a person, but one where given.</summary>
    public async Task<int> EndAllAsync(Guid userId, Guid? except, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        return await context.Sessions.Where(s => s.UserId == userId && s.Id != except && s.RevokedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), cancellationToken);
    }
}
