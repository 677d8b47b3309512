using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>
/// Lets the platform invite the first administrator of a partner that has nobody yet. Once it has somebody, whom it invites is its own affair.
/// The caller holds <see cref="Permissions.PartnersManage"/>.
/// </summary>
public sealed class FirstAdministrators(Database database, IAuditLog audit, TimeProvider time)
{
    /// <summary>Whether a partner still waits for its first person.</summary>
    public async Task<bool> IsNeededAsync(Guid partnerId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Partners.AnyAsync(p => p.Id == partnerId && p.Status == TenantStatus.Active, cancellationToken) && !await HasPeopleAsync(context, partnerId, cancellationToken);
    }

    public async Task<Outcome<CreatedInvitation>> InviteAsync(AccessScope scope, Guid partnerId, string? email, CancellationToken cancellationToken)
    {
        email = email?.Trim();
        if (!EmailAddress.IsValid(email))
        {
            return Refusal.Invalid("email_invalid", "Enter one e-mail address, such as ada@example.com.");
        }
        await using var context = database.CreateSystemContext();
        var partner = await context.Partners.AsNoTracking().SingleOrDefaultAsync(p => p.Id == partnerId && p.Status == TenantStatus.Active, cancellationToken);
        if (partner is null)
        {
            return Refusal.NotFound("partner");
        }
        if (await HasPeopleAsync(context, partnerId, cancellationToken))
        {
            return Refusal.Conflict("partner_has_people", "This partner has people of its own. Its administrators invite the others.");
        }
        var now = time.GetUtcNow();
        var token = SecretToken.Create("brz_invite_");
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // The last one invited is the one: an earlier link to a wrong address ends here.
        await context.Invitations.Where(i => i.PartnerId == partnerId && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.RevokedAt, now), cancellationToken);
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(now), PartnerId = partnerId, Email = email!, NormalizedEmail = User.Normalize(email!), RoleId = BuiltInRoles.PartnerAdmin,
            TokenHash = SecretToken.Hash(token), InvitedBy = scope.UserId, CreatedAt = now, ExpiresAt = now + Invitations.Lifetime,
        };
        context.Add(invitation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("partner.administrator_invited", "partner", partnerId.ToString())
        {
            PartnerId = partnerId, Detail = JsonSerializer.Serialize(new { email = invitation.Email }),
        }, cancellationToken);
        return new CreatedInvitation(invitation, token, partner.Name, null);
    }

    /// <summary>Whether an invitation to a partner may still be taken up because a person of the platform made it.</summary>
    internal static async Task<bool> MayStillComeAsync(BreezeDbContext context, IEnumerable<AccessScope> makers, Invitation invitation, CancellationToken cancellationToken) =>
        invitation.OrganizationId is null && makers.Any(m => m.Can(Permissions.PartnersManage)) && !await HasPeopleAsync(context, invitation.PartnerId, cancellationToken);

    static Task<bool> HasPeopleAsync(BreezeDbContext context, Guid partnerId, CancellationToken cancellationToken) =>
        context.PartnerUsers.AnyAsync(m => m.PartnerId == partnerId, cancellationToken);
}
