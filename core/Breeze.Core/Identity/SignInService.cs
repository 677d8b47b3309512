using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>The one door: password, then the second factor of who has one. Every attempt is recorded.</summary>
public sealed class SignInService(
    Database database, PasswordCheck passwords, SecondFactors factors, RateLimiter limiter, ISecretProtection protection, IAuditLog audit, TimeProvider time)
{
    public async Task<SignInResult> PasswordAsync(string email, string password, string address, CancellationToken cancellationToken)
    {
        var normalized = User.Normalize(email);
        var (user, refusal) = await passwords.RunAsync(q => q.Where(u => u.NormalizedEmail == normalized), normalized, password, address, cancellationToken);
        if (refusal is { IsBusy: true })
        {
            return refusal;
        }
        if (refusal is not null)
        {
            var scope = user is null ? AccessScope.None : await ScopeAsync(user, cancellationToken);
            if (refusal.RetryAfter is null)
            {
                await RecordAsync(scope, "user.sign_in_failed", address, "{}", cancellationToken);
            }
            else
            {
                await RecordRefusalAsync(scope, SignInAttempts.AccountKey(normalized), address, cancellationToken);
            }
            return refusal;
        }
        return await ContinueAsync(user!, SignInMethods.Password, address, cancellationToken);
    }

    /// <summary>
    /// Goes on with a person whose first factor was shown: in, or on to the second if they have one. <paramref name="method"/> is one of
    /// <see cref="SignInMethods"/>.
    /// </summary>
    public async Task<SignInResult> ContinueAsync(User user, string method, string address, CancellationToken cancellationToken)
    {
        if ((await factors.ReadAsync(user.Id, cancellationToken)).Any)
        {
            var token = new MfaToken(Guid.NewGuid(), user.Id, user.SecurityStamp, time.GetUtcNow() + MfaToken.Lifetime, method);
            return SignInResult.NeedsMfa(token.Write(protection));
        }
        return await CompleteAsync(user, method, null, address, cancellationToken);
    }

    /// <summary>
    /// Asks who came by a partner's single sign-on for the second factor that they have here, unless the provider has asked for one itself. Null when
    /// there is nothing to ask.
    /// </summary>
    public async Task<SignInResult?> SecondStepAsync(SsoPerson person, bool withMfa, CancellationToken cancellationToken)
    {
        if (withMfa || !(await factors.ReadAsync(person.User.Id, cancellationToken)).Any)
        {
            return null;
        }
        var token = new MfaToken(Guid.NewGuid(), person.User.Id, person.User.SecurityStamp, time.GetUtcNow() + MfaToken.Lifetime, SignInMethods.Sso)
        {
            Sso = (person.PartnerId, person.MembershipId),
        };
        return SignInResult.NeedsMfa(token.Write(protection));
    }

    /// <summary>The second step: a code of the app or a recovery code.</summary>
    public async Task<SignInResult> CodeAsync(string? mfaToken, string code, string address, CancellationToken cancellationToken)
    {
        if (MfaToken.Read(mfaToken, protection, time.GetUtcNow()) is not { } token || await FindAsync(token, cancellationToken) is not { } user)
        {
            return Expired();
        }
        var scope = await ScopeAsync(user, cancellationToken);
        var tries = await limiter.TakeAsync(RateLimit.MfaTries, token.Id.ToString("n"));
        var (factor, wait) = tries is null ? await factors.VerifyAsync(user.Id, code, address, cancellationToken) : (null, tries);
        if (wait is not null)
        {
            await RecordRefusalAsync(scope, user.Id.ToString("n"), address, cancellationToken);
            return SignInResult.Wait(wait.Value);
        }
        if (factor is null)
        {
            await RecordAsync(scope, "user.code_failed", address, "{}", cancellationToken);
            return SignInResult.Refused("invalid_code", "The code is wrong or was used before. Wait for the next one, or use a recovery code.");
        }
        return await limiter.TakeAsync(RateLimit.Once, token.Id.ToString("n")) is null
            ? await CompleteAsync(user, token.Method, factor, address, cancellationToken) with
            {
                Sso = token.Sso is { } sso ? new SsoPerson(user, sso.PartnerId, sso.MembershipId) : null,
            }
            : Expired();
    }

    /// <summary>Signs in who has shown a passkey, which was checked already; null when it could not be trusted.</summary>
    public async Task<SignInResult> PasskeyAsync(User? user, string address, CancellationToken cancellationToken)
    {
        var from = AddressKey.Of(address);
        if (await limiter.CheckAsync(RateLimit.AddressFailures, from) is { } crowded)
        {
            await RecordRefusalAsync(AccessScope.None, from, address, cancellationToken);
            return SignInResult.Wait(crowded);
        }
        if (user is null)
        {
            await limiter.CountAsync(RateLimit.AddressFailures, from);
            await RecordAsync(AccessScope.None, "user.sign_in_failed", address, """{"method":"passkey"}""", cancellationToken);
            return SignInResult.Refused("invalid_passkey", "That passkey could not be accepted. Try again, or sign in with your password.");
        }
        // Held by the person and unlocked by them: two factors in one.
        return await CompleteAsync(user, SignInMethods.Passkey, SignInMethods.Passkey, address, cancellationToken);
    }

    /// <summary>Whether the second step can still be done with this token, and for whom.</summary>
    public async Task<User?> WaitingAsync(string? mfaToken, CancellationToken cancellationToken) =>
        MfaToken.Read(mfaToken, protection, time.GetUtcNow()) is { } token ? await FindAsync(token, cancellationToken) : null;

    /// <summary>Records that somebody is in. <paramref name="factor"/> is what they showed beside the first; null for nothing.</summary>
    public async Task<SignInResult> CompleteAsync(User user, string method, string? factor, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        if (!await BelongsAsync(context, user.Id, cancellationToken))
        {
            await RecordAsync(await ScopeAsync(user, cancellationToken), "user.sign_in_refused", address, """{"reason":"no_access"}""", cancellationToken);
            return SignInResult.Refused("no_access", "You have no access to anything here now: your company or organization is suspended or closed, or your membership has ended. Ask your administrator.");
        }
        await context.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.LastSignInAt, now), cancellationToken);
        await RecordAsync(await ScopeAsync(user, cancellationToken), "user.signed_in", address, JsonSerializer.Serialize(new { method, factor }), cancellationToken);
        return SignInResult.SignedIn(user, method, factor is not null);
    }

    /// <summary>Whether a membership of theirs counts: otherwise a session would be good for nothing.</summary>
    static async Task<bool> BelongsAsync(BreezeDbContext context, Guid userId, CancellationToken cancellationToken) =>
        await context.PartnerUsers.AnyAsync(m => m.UserId == userId && context.Partners.Any(p => p.Id == m.PartnerId && p.Status == TenantStatus.Active), cancellationToken)
        || await context.OrganizationUsers.AnyAsync(m => m.UserId == userId && context.Partners.Any(p => p.Id == m.PartnerId && p.Status == TenantStatus.Active)
            && context.Organizations.Any(o => o.Id == m.OrganizationId && o.Status == TenantStatus.Active), cancellationToken);

    async Task<User?> FindAsync(MfaToken token, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == token.UserId && u.SecurityStamp == token.SecurityStamp && u.Status == "active", cancellationToken);
    }

    /// <summary>A person as the audit log names them, before they have a session.</summary>
    async Task<AccessScope> ScopeAsync(User user, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var partnerId = await context.PartnerUsers.Where(m => m.UserId == user.Id).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken)
            ?? await context.OrganizationUsers.Where(m => m.UserId == user.Id).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken);
        return new AccessScope { UserId = user.Id, ActorName = user.DisplayName, PartnerId = partnerId };
    }

    async Task RecordRefusalAsync(AccessScope scope, string account, string address, CancellationToken cancellationToken)
    {
        if (await limiter.TakeAsync(RateLimit.RefusalRecords, account) is null && await limiter.TakeAsync(RateLimit.RefusalRecordsPerAddress, AddressKey.Of(address)) is null)
        {
            await RecordAsync(scope, "user.sign_in_refused", address, "{}", cancellationToken);
        }
    }

    static SignInResult Expired() => SignInResult.Refused("mfa_token_invalid", "This sign-in has expired or was completed. Start again with your password.");

    Task RecordAsync(AccessScope scope, string action, string address, string detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "user", scope.UserId?.ToString() ?? "") { Address = address, Detail = detail }, cancellationToken);
}
