using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>What a person has beside their password, and whether a code of it is right.</summary>
public sealed class SecondFactors(Database database, AuthenticatorApp app, RecoveryCodes codes, RateLimiter limiter)
{
    /// <summary>What a person has set up.</summary>
    public sealed record State(bool App, int Passkeys)
    {
        public bool Any => App || Passkeys > 0;
    }

    public async Task<State> ReadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Users.Where(u => u.Id == userId).Select(u => new State(u.MfaEnabled, context.Passkeys.Count(k => k.UserId == userId))).SingleAsync(cancellationToken);
    }

    /// <summary>Whether a partner or a role of theirs asks for a second factor, so that the last one must stay.</summary>
    public async Task<bool> IsRequiredAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var memberships = context.PartnerUsers.Where(m => m.UserId == userId).Select(m => new { m.PartnerId, m.RoleId })
            .Concat(context.OrganizationUsers.Where(m => m.UserId == userId).Select(m => new { m.PartnerId, m.RoleId }));
        return await memberships.AnyAsync(
            m => context.Partners.Any(p => p.Id == m.PartnerId && p.RequireMfa) || context.Roles.Any(r => r.Id == m.RoleId && r.RequireMfa), cancellationToken);
    }

    /// <summary>
    /// Checks a code of the app, or else a recovery code, and uses it up. <c>Factor</c> says which it was; null means that it was wrong, and
    /// <c>Wait</c> that there were too many and nothing was checked.
    /// </summary>
    public async Task<(string? Factor, TimeSpan? Wait)> VerifyAsync(Guid userId, string code, string address, CancellationToken cancellationToken)
    {
        var (account, from) = (userId.ToString("n"), AddressKey.Of(address));
        // Taken before the check, so that many at once are no more than the limit; given back when the code is right.
        if (await limiter.CheckAsync(RateLimit.AddressFailures, from) is { } crowded)
        {
            return (null, crowded);
        }
        if (await limiter.TakeAsync(RateLimit.MfaFailures, account) is { } wait)
        {
            return (null, wait);
        }
        if (await limiter.TakeAsync(RateLimit.MfaFailuresLong, account) is { } longWait)
        {
            return (null, longWait);
        }
        var factor = await app.VerifyAsync(userId, code, cancellationToken) ? "authenticator" : await codes.TryUseAsync(userId, code, cancellationToken) ? "recovery_code" : null;
        if (factor is null)
        {
            await limiter.CountAsync(RateLimit.AddressFailures, from);
        }
        else
        {
            await limiter.ForgetAsync(RateLimit.MfaFailures, account);
            await limiter.ForgetAsync(RateLimit.MfaFailuresLong, account);
        }
        return (factor, null);
    }
}
