using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Links that make somebody a member. What they give is checked when they are made, and again when they are used.</summary>
public sealed class Invitations(Database database, IAuditLog audit, TimeProvider time)
{
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(7);

    public async Task<Outcome<CreatedInvitation>> CreateAsync(AccessScope scope, string? email, Placement placement, CancellationToken cancellationToken)
    {
        email = email?.Trim();
        if (!EmailAddress.IsValid(email))
        {
            return Refusal.Invalid("email_invalid", "Enter one e-mail address, such as ada@example.com.");
        }
        placement = placement.Normalized();
        await using var context = database.CreateContext(scope);
        if (await Placements.CheckAsync(context, scope, placement, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var normalized = User.Normalize(email!);
        if (await IsMemberAsync(context, placement.OrganizationId, normalized, cancellationToken))
        {
            return Refusal.Conflict("already_member", "Whoever has this address is a member already. Change their role on their own page.");
        }
        var open = await context.Invitations.SingleOrDefaultAsync(
            i => i.OrganizationId == placement.OrganizationId && i.NormalizedEmail == normalized && i.AcceptedAt == null && i.RevokedAt == null, cancellationToken);
        if (open?.ExpiresAt > now)
        {
            return Refusal.Conflict("invitation_open", "This address is invited already. Send that invitation again, or withdraw it first.");
        }
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (open is not null)
        {
            open.RevokedAt = now;
            await context.SaveChangesAsync(cancellationToken);
        }
        var token = SecretToken.Create("brz_invite_");
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = placement.OrganizationId, Email = email!, NormalizedEmail = normalized,
            RoleId = placement.RoleId, OrganizationAccess = placement.OrganizationAccess, OrganizationIds = placement.OrganizationIds, SiteIds = placement.SiteIds,
            TokenHash = SecretToken.Hash(token), InvitedBy = scope.UserId, CreatedAt = now, ExpiresAt = now + Lifetime,
        };
        context.Add(invitation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await RecordAsync(scope, "invitation.created", invitation, cancellationToken);
        return await DescribeAsync(context, invitation, token, cancellationToken);
    }

    /// <summary>Gives an open invitation a new link and seven more days; the earlier link ends. It is given anew, by who asks, so that they must be able to give it.</summary>
    public async Task<Outcome<CreatedInvitation>> ResendAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Invitations.SingleOrDefaultAsync(i => i.Id == id && i.AcceptedAt == null && i.RevokedAt == null, cancellationToken) is not { } invitation)
        {
            return Refusal.NotFound("invitation");
        }
        if (await Placements.CheckAsync(context, scope, PlacementOf(invitation), cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var token = SecretToken.Create("brz_invite_");
        invitation.TokenHash = SecretToken.Hash(token);
        invitation.ExpiresAt = now + Lifetime;
        invitation.InvitedBy = scope.UserId;
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "invitation.resent", invitation, cancellationToken);
        return await DescribeAsync(context, invitation, token, cancellationToken);
    }

    public async Task<Refusal?> RevokeAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Invitations.SingleOrDefaultAsync(i => i.Id == id && i.AcceptedAt == null, cancellationToken) is not { } invitation)
        {
            return Refusal.NotFound("invitation");
        }
        if (invitation.RevokedAt is null)
        {
            invitation.RevokedAt = time.GetUtcNow();
            await context.SaveChangesAsync(cancellationToken);
            await RecordAsync(scope, "invitation.revoked", invitation, cancellationToken);
        }
        return null;
    }

    static async Task<bool> IsMemberAsync(BreezeDbContext context, Guid? organizationId, string normalized, CancellationToken cancellationToken)
    {
        var members = organizationId is { } id
            ? context.OrganizationUsers.Where(m => m.OrganizationId == id).Select(m => m.UserId)
            : context.PartnerUsers.Select(m => m.UserId);
        return await context.Users.AnyAsync(u => u.NormalizedEmail == normalized && members.Contains(u.Id), cancellationToken);
    }

    static async Task<CreatedInvitation> DescribeAsync(BreezeDbContext context, Invitation invitation, string token, CancellationToken cancellationToken)
    {
        var partner = await context.Partners.Where(p => p.Id == invitation.PartnerId).Select(p => p.Name).SingleAsync(cancellationToken);
        var organization = invitation.OrganizationId is { } id ? await context.Organizations.Where(o => o.Id == id).Select(o => o.Name).SingleAsync(cancellationToken) : null;
        return new(invitation, token, partner, organization);
    }

    static Placement PlacementOf(Invitation i) => new(i.RoleId, i.OrganizationId, i.OrganizationAccess, i.OrganizationIds, i.SiteIds);

    Task RecordAsync(AccessScope scope, string action, Invitation invitation, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "invitation", invitation.Id.ToString())
        {
            PartnerId = invitation.PartnerId, OrganizationId = invitation.OrganizationId,
            Detail = JsonSerializer.Serialize(new { email = invitation.Email, role_id = invitation.RoleId, organization_access = invitation.OrganizationAccess, organization_ids = invitation.OrganizationIds, site_ids = invitation.SiteIds }),
        }, cancellationToken);
}
