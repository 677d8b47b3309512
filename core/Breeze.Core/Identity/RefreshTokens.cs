using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Rotating refresh tokens: each works once, and a second use ends the whole family, since one of the two users stole it.</summary>
public sealed class RefreshTokens(Database database, IAuditLog audit, TimeProvider time)
{
    /// <summary>Exchanges a token for the next one of its session; null when it is not valid.</summary>
    public async Task<(Guid UserId, Guid SessionId, string Token)?> RotateAsync(string token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = SecretToken.Hash(token);
        await using var context = database.CreateSystemContext();
        var row = await context.RefreshTokens.AsNoTracking().SingleOrDefaultAsync(t => t.TokenHash == hash, cancellationToken);
        if (row is null || row.RevokedAt is not null || row.ExpiresAt <= now
            || !await context.Sessions.AnyAsync(s => s.Id == row.FamilyId && s.RevokedAt == null && s.ExpiresAt > now, cancellationToken))
        {
            return null;
        }
        var won = await context.RefreshTokens.Where(t => t.Id == row.Id && t.UsedAt == null && t.RevokedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.UsedAt, now), cancellationToken) == 1;
        if (!won)
        {
            await RevokeFamilyAsync(row.FamilyId, cancellationToken);
            await RecordAsync(context, row, "user.refresh_token_reused", cancellationToken);
            return null;
        }
        return (row.UserId, row.FamilyId, await IssueAsync(row.UserId, row.FamilyId, cancellationToken));
    }

    /// <summary>Ends the family of a token: signing out.</summary>
    public async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        var hash = SecretToken.Hash(token);
        await using var context = database.CreateSystemContext();
        if (await context.RefreshTokens.AsNoTracking().SingleOrDefaultAsync(t => t.TokenHash == hash, cancellationToken) is { } row)
        {
            await RevokeFamilyAsync(row.FamilyId, cancellationToken);
            await RecordAsync(context, row, "user.signed_out", cancellationToken);
        }
    }

    async Task RecordAsync(BreezeDbContext context, RefreshToken row, string action, CancellationToken cancellationToken)
    {
        var name = await context.Users.Where(u => u.Id == row.UserId).Select(u => u.DisplayName).SingleAsync(cancellationToken);
        var partnerId = await context.PartnerUsers.Where(m => m.UserId == row.UserId).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken)
            ?? await context.OrganizationUsers.Where(m => m.UserId == row.UserId).Select(m => (Guid?)m.PartnerId).FirstOrDefaultAsync(cancellationToken);
        var address = await context.Sessions.Where(s => s.Id == row.FamilyId).Select(s => s.Address).SingleAsync(cancellationToken);
        await audit.WriteAsync(
            new AccessScope { UserId = row.UserId, ActorName = name, PartnerId = partnerId, Address = address }, new AuditRecord(action, "session", row.FamilyId.ToString()), cancellationToken);
    }

    async Task RevokeFamilyAsync(Guid familyId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        await context.RefreshTokens.Where(t => t.FamilyId == familyId && t.RevokedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.RevokedAt, now), cancellationToken);
        // With the access tokens that it gave.
        await context.Sessions.Where(s => s.Id == familyId && s.RevokedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), cancellationToken);
    }

    /// <summary>A token for a session; those of one session are a family.</summary>
    public async Task<string> IssueAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = SecretToken.Create("brz_refresh_");
        await using var context = database.CreateSystemContext();
        context.Add(new RefreshToken
        {
            Id = Guid.CreateVersion7(now), UserId = userId, FamilyId = sessionId, TokenHash = SecretToken.Hash(token), CreatedAt = now, ExpiresAt = now + Sessions.ApiLifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        return token;
    }
}
