using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Links that let somebody choose a new password.</summary>
public sealed class PasswordResets(Database database, PasswordChanges passwords, IAuditLog audit, TimeProvider time)
{
    const int MaximumPerHour = 3;

    static readonly Refusal Gone = new(RefusalKind.NotFound, "password_reset_gone", "This link was used or has expired. Ask for a new one.");

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>For who says that they forgot theirs. Null when the address has no account with a password, or has had mails enough.</summary>
    public async Task<(User User, string Token)?> RequestAsync(string email, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var normalized = User.Normalize(email);
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized && u.Status == "active" && u.PasswordHash != null, cancellationToken);
        var hourAgo = now - TimeSpan.FromHours(1);
        if (user is null || await context.PasswordResets.CountAsync(r => r.UserId == user.Id && r.CreatedAt > hourAgo, cancellationToken) >= MaximumPerHour)
        {
            return null;
        }
        var token = await AddAsync(context, user.Id, now, cancellationToken);
        await audit.WriteAsync(await ActorAsync(context, user, address, cancellationToken), new AuditRecord("user.password_reset_requested", "user", user.Id.ToString()), cancellationToken);
        return (user, token);
    }

    /// <summary>For an administrator, to hand over.</summary>
    public async Task<Outcome<string>> CreateForAsync(AccessScope scope, Guid userId, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckWholeAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("beyond_own_reach", "Reset links are made by who reaches all of the partner's organizations. The person can ask for one by mail.");
        }
        if (!await system.Users.AnyAsync(u => u.Id == userId && u.Status == "active", cancellationToken))
        {
            return Refusal.Conflict("user_disabled", "This account is switched off. Activate it first.");
        }
        var token = await AddAsync(system, userId, time.GetUtcNow(), cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("user.password_reset_created", "user", userId.ToString()), cancellationToken);
        return token;
    }

    /// <summary>Whether a link is still good.</summary>
    public async Task<bool> IsOpenAsync(string token, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await Open(context, token).AnyAsync(cancellationToken);
    }

    /// <summary>Sets the new password and uses the link up; all sessions of the person end. A password that will not do leaves the link good.</summary>
    public async Task<Refusal?> CompleteAsync(string token, string? password, string address, CancellationToken cancellationToken)
    {
        if (PasswordRules.Check(password ?? "") is { } weak)
        {
            return Refusal.Invalid("password_weak", weak);
        }
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        var reset = await Open(context, token).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        // Whoever is first has it: two uses at once must not both set a password.
        if (reset is null || await Open(context, token).ExecuteUpdateAsync(r => r.SetProperty(x => x.UsedAt, now), cancellationToken) == 0)
        {
            return Gone;
        }
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == reset.UserId, cancellationToken);
        var changed = await passwords.SetAsync(
            await ActorAsync(context, user, address, cancellationToken), user.Id, password!, keepSession: null, "user.password_reset", cancellationToken);
        if (changed.Error is { } error)
        {
            await context.PasswordResets.Where(r => r.Id == reset.Id).ExecuteUpdateAsync(r => r.SetProperty(x => x.UsedAt, (DateTimeOffset?)null), CancellationToken.None);
            return Refusal.Conflict("password_not_set", error);
        }
        return null;
    }

    static async Task<AccessScope> ActorAsync(BreezeDbContext context, User user, string address, CancellationToken cancellationToken) => new()
    {
        UserId = user.Id, ActorName = user.DisplayName, Address = address,
        PartnerId = (await Authority.OfPersonAsync(context, user.Id, cancellationToken)).FirstOrDefault()?.PartnerId,
    };

    IQueryable<PasswordReset> Open(BreezeDbContext context, string token)
    {
        var now = time.GetUtcNow();
        var hash = SecretToken.Hash(token);
        return context.PasswordResets.Where(r => r.TokenHash == hash && r.UsedAt == null && r.ExpiresAt > now
            && context.Users.Any(u => u.Id == r.UserId && u.Status == "active"));
    }

    static async Task<string> AddAsync(BreezeDbContext context, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create("brz_reset_");
        context.Add(new PasswordReset { Id = Guid.CreateVersion7(now), UserId = userId, TokenHash = SecretToken.Hash(token), CreatedAt = now, ExpiresAt = now + Lifetime });
        await context.SaveChangesAsync(cancellationToken);
        return token;
    }
}
