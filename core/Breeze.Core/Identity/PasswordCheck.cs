using Breeze.Core.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Says whether a password is somebody's, and locks out guessers. An account that does not exist costs the same time and answers the same.</summary>
public sealed class PasswordCheck(Database database, IPasswordHasher<User> hasher, PasswordWork passwords, SignInAttempts attempts, TimeProvider time)
{
    const string Wrong = "The e-mail address or the password is wrong.";

    static User NoUser { get; } = new() { Email = "", NormalizedEmail = "", DisplayName = "" };

    // Checked when there is no such account, so that the answer takes as long.
    readonly string _decoy = hasher.HashPassword(NoUser, SecretToken.Create(""));

    /// <param name="find">Finds the account; asked only when a place in the queue was got.</param>
    /// <param name="normalizedEmail">What the account is counted under.</param>
    /// <param name="password">What they gave.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The account, if there is one, and null when the password is right or else why not.</returns>
    public async Task<(User? User, SignInResult? Refusal)> RunAsync(
        Func<IQueryable<User>, IQueryable<User>> find, string normalizedEmail, string password, string address, CancellationToken cancellationToken)
    {
        using var place = passwords.TryEnter();
        if (place is null)
        {
            return (null, SignInResult.Busy());
        }
        var account = SignInAttempts.AccountKey(normalizedEmail);
        var refused = await attempts.RefusedForAsync(account, address);
        await using var context = database.CreateSystemContext();
        var user = await find(context.Users.AsNoTracking()).SingleOrDefaultAsync(cancellationToken);
        var now = time.GetUtcNow();
        if ((refused ?? (user?.LockedUntil > now ? user.LockedUntil - now : null)) is { } wait)
        {
            return (user, SignInResult.Wait(wait));
        }
        var verified = await place.VerifyAsync(user ?? NoUser, user?.PasswordHash ?? _decoy, password, cancellationToken);
        if (await attempts.RefusedForAsync(account, address) is { } late)
        {
            // Of many guesses at once, those after the one too many are told nothing, even if right.
            return (user, SignInResult.Wait(late));
        }
        if (user is null || verified == PasswordVerificationResult.Failed || user.Status != "active")
        {
            return (user, await FailedAsync(context, user, account, address, now, cancellationToken));
        }
        var hash = verified == PasswordVerificationResult.SuccessRehashNeeded ? await place.HashAsync(user, password, cancellationToken) : user.PasswordHash;
        var open = await context.Users.Where(u => u.Id == user.Id && u.SecurityStamp == user.SecurityStamp && (u.LockedUntil == null || u.LockedUntil <= now)).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.FailedSignIns, 0).SetProperty(x => x.LockedUntil, (DateTimeOffset?)null).SetProperty(x => x.PasswordHash, hash), cancellationToken) == 1;
        if (!open)
        {
            return (user, SignInResult.Refused("invalid_credentials", Wrong));
        }
        await attempts.SucceededAsync(account);
        return (user, null);
    }

    async Task<SignInResult> FailedAsync(BreezeDbContext context, User? user, string account, string address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var locks = await attempts.FailedAsync(account, address);
        if (user is not null)
        {
            DateTimeOffset? until = now + SignInAttempts.Lockout;
            await context.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
                u => u.SetProperty(x => x.FailedSignIns, x => locks ? 0 : x.FailedSignIns + 1).SetProperty(x => x.LockedUntil, x => locks ? until : x.LockedUntil), cancellationToken);
        }
        return SignInResult.Refused("invalid_credentials", Wrong);
    }
}
