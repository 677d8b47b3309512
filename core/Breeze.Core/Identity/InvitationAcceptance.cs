using System.Collections.Frozen;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>What happens behind an invitation's link. Whoever holds the link has received it at its address.</summary>
public sealed class InvitationAcceptance(Database database, PasswordWork passwords, IAuditLog audit, TimeProvider time)
{
    static readonly Refusal Gone = new(RefusalKind.NotFound, "invitation_gone", "This invitation was used, withdrawn or has expired. Ask who invited you for a new one.");

    /// <summary>Null when the link is not, or no longer, good.</summary>
    public async Task<OpenInvitation?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        if (await ReadAsync(context, token, cancellationToken) is not { } invitation || await GrantAsync(context, invitation, cancellationToken) is not { } grant)
        {
            return null;
        }
        return new(invitation, grant.TenantName, grant.Role.Name, await context.Users.AnyAsync(u => u.NormalizedEmail == invitation.NormalizedEmail, cancellationToken));
    }

    /// <summary>Makes the account and the membership.</summary>
    public async Task<Outcome<User>> AcceptAsync(string token, string? name, string? password, string address, CancellationToken cancellationToken)
    {
        name = AgentText.Clean(name ?? "", 200);
        if (name.Length == 0)
        {
            return Refusal.Invalid("display_name_missing", "Enter your name, as your colleagues shall see it.");
        }
        if (PasswordRules.Check(password ?? "") is { } weak)
        {
            return Refusal.Invalid("password_weak", weak);
        }
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        // Hashing is dear, so not for a link that is no good.
        if (await ReadAsync(context, token, cancellationToken) is null)
        {
            return Gone;
        }
        using var place = passwords.TryEnter();
        if (place is null)
        {
            return Refusal.Conflict("busy", "The server is busy with many sign-ins. Try again in a few seconds.");
        }
        var hash = await place.HashAsync(Nobody, password!, cancellationToken);
        return await UseAsync(context, token, invitation =>
        {
            var user = new User
            {
                Id = Guid.CreateVersion7(now), Email = invitation.Email, NormalizedEmail = invitation.NormalizedEmail, DisplayName = name, SecurityStamp = Guid.NewGuid(),
                PasswordChangedAt = now, LastSignInAt = now, CreatedAt = now, UpdatedAt = now,
            };
            user.PasswordHash = hash;
            context.Add(user);
            return user;
        }, address, cancellationToken);
    }

    /// <summary>Adds the membership to the account of who is signed in, whose address must be the invited one.</summary>
    public async Task<Outcome<User>> AcceptAsync(string token, AccessScope scope, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var user = await context.Users.SingleOrDefaultAsync(u => u.Id == scope.UserId && u.Status == "active", cancellationToken);
        return user is null ? Gone : await UseAsync(context, token, invitation => invitation.NormalizedEmail == user.NormalizedEmail
            ? user
            : Refusal.Forbidden("invitation_of_another", $"This invitation is for {invitation.Email}. Sign out, and in again with that account."), scope.Address, cancellationToken);
    }

    // The hash does not depend on whose it is.
    static User Nobody { get; } = new() { Email = "", NormalizedEmail = "", DisplayName = "" };

    async Task<Outcome<User>> UseAsync(
        BreezeDbContext context, string token, Func<Invitation, Outcome<User>> choose, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await ReadAsync(context, token, cancellationToken) is not { } invitation || await GrantAsync(context, invitation, cancellationToken) is not { } grant)
        {
            return Gone;
        }
        var chosen = choose(invitation);
        if (chosen.Value is not { } user)
        {
            return chosen;
        }
        var used = await context.Invitations.Where(i => i.Id == invitation.Id && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.AcceptedAt, now), cancellationToken);
        if (used == 0)
        {
            return Gone;
        }
        if (invitation.OrganizationId is { } organizationId)
        {
            context.Add(new OrganizationUser
            {
                Id = Guid.CreateVersion7(now), PartnerId = invitation.PartnerId, OrganizationId = organizationId, UserId = user.Id, RoleId = grant.Role.Id, SiteIds = invitation.SiteIds,
            });
        }
        else
        {
            context.Add(new PartnerUser
            {
                Id = Guid.CreateVersion7(now), PartnerId = invitation.PartnerId, UserId = user.Id, RoleId = grant.Role.Id,
                OrganizationAccess = invitation.OrganizationAccess, OrganizationIds = invitation.OrganizationIds,
            });
        }
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } violation)
        {
            return violation.TableName == "users"
                ? Refusal.Conflict("account_exists", "This address has an account already. Sign in with it, then open the link again.")
                : Refusal.Conflict("already_member", "You are a member already.");
        }
        await transaction.CommitAsync(cancellationToken);
        await audit.WriteAsync(
            new AccessScope { UserId = user.Id, ActorName = user.DisplayName, PartnerId = invitation.PartnerId, Address = address },
            new AuditRecord("invitation.accepted", "invitation", invitation.Id.ToString())
            {
                PartnerId = invitation.PartnerId, OrganizationId = invitation.OrganizationId,
                Detail = JsonSerializer.Serialize(new { user_id = user.Id, role_id = invitation.RoleId, invited_by = invitation.InvitedBy }),
            }, cancellationToken);
        return user;
    }

    async Task<Invitation?> ReadAsync(BreezeDbContext context, string token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = SecretToken.Hash(token);
        return await context.Invitations.AsNoTracking()
            .SingleOrDefaultAsync(i => i.TokenHash == hash && i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now, cancellationToken);
    }

    /// <summary>What the invitation gives now; null when its tenant takes nobody, its role has gone or changed its nature, or its maker could not give it any more.</summary>
    static async Task<Grant?> GrantAsync(BreezeDbContext context, Invitation invitation, CancellationToken cancellationToken)
    {
        var partner = await context.Partners.AsNoTracking().SingleOrDefaultAsync(p => p.Id == invitation.PartnerId && p.Status == TenantStatus.Active, cancellationToken);
        var role = await context.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == invitation.RoleId, cancellationToken);
        if (partner is null || role is null)
        {
            return null;
        }
        var name = partner.Name;
        if (invitation.OrganizationId is { } organizationId)
        {
            name = await context.Organizations.Where(o => o.Id == organizationId && o.Status == TenantStatus.Active).Select(o => o.Name).SingleOrDefaultAsync(cancellationToken);
            if (name is null)
            {
                return null;
            }
        }
        if (invitation.InvitedBy is not { } inviter || !await context.Users.AnyAsync(u => u.Id == inviter && u.Status == "active", cancellationToken))
        {
            return null;
        }
        var given = new AccessScope
        {
            PartnerId = invitation.PartnerId, Permissions = role.Permissions.ToFrozenSet(), SiteIds = invitation.SiteIds,
            OrganizationIds = invitation.OrganizationId is { } id ? [id] : Authority.OrganizationsOf(invitation.OrganizationAccess, invitation.OrganizationIds),
        };
        var makers = await Authority.OfPersonAsync(context, inviter, cancellationToken);
        return makers.Any(m => m.Can(Permissions.UsersWrite) && Authority.IsAtLeast(m, given))
            || await FirstAdministrators.MayStillComeAsync(context, makers, invitation, cancellationToken) ? new(role, name) : null;
    }

    sealed record Grant(Role Role, string TenantName);
}
