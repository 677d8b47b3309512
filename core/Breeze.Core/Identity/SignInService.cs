using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Checks passwords, locks out guessers, and records every attempt.</summary>
public sealed class SignInService(Database database, IPasswordHasher<User> hasher, IAuditLog audit, TimeProvider time)
{
    const int MaximumFailures = 5;
    static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);
    const string Refused = "The e-mail address or the password is wrong.";

    // Checked when there is no such account, so that the answer takes as long.
    readonly string _decoy = hasher.HashPassword(new User { Email = "", NormalizedEmail = "", DisplayName = "" }, SecretToken.Create(""));

    public async Task<SignInResult> PasswordAsync(string email, string password, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        var normalized = User.Normalize(email);
        var user = await context.Users.SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancellationToken);
        var verified = hasher.VerifyHashedPassword(user ?? NoUser, user?.PasswordHash ?? _decoy, password.Length > PasswordRules.MaximumLength ? "" : password);
        if (user is null)
        {
            await audit.WriteAsync(AccessScope.None, new AuditRecord("user.sign_in_failed", "user") { Address = address }, cancellationToken);
            return new(null, Refused);
        }
        var partnerId = await context.PartnerUsers.Where(m => m.UserId == user.Id).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken)
            ?? await context.OrganizationUsers.Where(m => m.UserId == user.Id).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken);
        var scope = new AccessScope { UserId = user.Id, ActorName = user.DisplayName, PartnerId = partnerId };

        if (user.LockedUntil > now)
        {
            await RecordAsync(scope, "user.sign_in_refused", address, cancellationToken);
            return new(null, $"Too many wrong passwords. Try again in {Math.Ceiling((user.LockedUntil.Value - now).TotalMinutes):0} minutes.");
        }
        if (verified == PasswordVerificationResult.Failed || user.Status != "active")
        {
            user.FailedSignIns++;
            if (user.FailedSignIns >= MaximumFailures)
            {
                user.FailedSignIns = 0;
                user.LockedUntil = now + Lockout;
            }
            await context.SaveChangesAsync(cancellationToken);
            await RecordAsync(scope, "user.sign_in_failed", address, cancellationToken);
            return new(null, Refused);
        }
        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            user.PasswordHash = hasher.HashPassword(user, password);
        }
        user.FailedSignIns = 0;
        user.LockedUntil = null;
        user.LastSignInAt = now;
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "user.signed_in", address, cancellationToken);
        return new(user, null);
    }

    static User NoUser { get; } = new() { Email = "", NormalizedEmail = "", DisplayName = "" };

    Task RecordAsync(AccessScope scope, string action, string address, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "user", scope.UserId.ToString()!) { Address = address }, cancellationToken);
}
