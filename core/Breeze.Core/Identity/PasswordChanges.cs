using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Sets new passwords, for whoever has made sure that the person may.</summary>
public sealed class PasswordChanges(Database database, PasswordWork passwords, IAuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Gives a person a new password: checks it, changes the security stamp, ends their sessions, lifts a lock-out and records it. What was signed in
    /// is so no more, with the exception of <paramref name="keepSession"/>, whose cookie needs the new stamp (<c>CookieSignIn.IssueAsync</c>).
    /// </summary>
    /// <param name="actor">Who does it, for the audit log; <see cref="AccessScope.None"/> where a link proves who it is.</param>
    /// <param name="userId">Whose password.</param>
    /// <param name="password">The new one.</param>
    /// <param name="keepSession">A session that goes on; null for none.</param>
    /// <param name="action">What the audit log calls it, such as <c>user.password_reset</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<PasswordChangeResult> SetAsync(
        AccessScope actor, Guid userId, string password, Guid? keepSession, string action, CancellationToken cancellationToken)
    {
        if (PasswordRules.Check(password) is { } problem)
        {
            return new(null, problem);
        }
        using var place = passwords.TryEnter();
        if (place is null)
        {
            return new(null, "The server is busy with many sign-ins. Try again in a few seconds.");
        }
        await using var context = database.CreateSystemContext();
        var user = await context.Users.SingleOrDefaultAsync(u => u.Id == userId, cancellationToken);
        if (user is null)
        {
            return new(null, "There is no such account any more.");
        }
        var now = time.GetUtcNow();
        user.PasswordHash = await place.HashAsync(user, password, cancellationToken);
        user.SecurityStamp = Guid.NewGuid();
        user.PasswordChangedAt = now;
        user.UpdatedAt = now;
        user.FailedSignIns = 0;
        user.LockedUntil = null;
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            await context.SaveChangesAsync(cancellationToken);
            await context.Sessions.Where(s => s.UserId == userId && s.Id != keepSession && s.RevokedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), cancellationToken);
            await context.RefreshTokens.Where(t => t.UserId == userId && t.FamilyId != keepSession && t.RevokedAt == null)
                .ExecuteUpdateAsync(t => t.SetProperty(x => x.RevokedAt, now), cancellationToken);
            await context.PasswordResets.Where(r => r.UserId == userId && r.UsedAt == null).ExecuteUpdateAsync(r => r.SetProperty(x => x.UsedAt, now), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        await audit.WriteAsync(actor, new AuditRecord(action, "user", userId.ToString()), cancellationToken);
        return new(user, null);
    }
}
