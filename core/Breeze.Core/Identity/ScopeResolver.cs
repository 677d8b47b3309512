using System.Collections.Frozen;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Works out what a person may reach now, from their memberships. Asked on every request, so a change of rights takes effect at once.</summary>
public sealed class ScopeResolver(Database database)
{
    /// <summary>Null when the account is not active, its security stamp has changed, or it belongs to no active partner.</summary>
    public async Task<AccessScope?> ResolveAsync(Guid userId, Guid? securityStamp, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId, cancellationToken);
        if (user is not { Status: "active" } || (securityStamp is { } stamp && stamp != user.SecurityStamp))
        {
            return null;
        }
        var scope = new AccessScope { UserId = user.Id, ActorName = user.DisplayName };

        var membership = await (
            from m in context.PartnerUsers
            join p in context.Partners on m.PartnerId equals p.Id
            join r in context.Roles on m.RoleId equals r.Id
            where m.UserId == userId && p.Status == TenantStatus.Active
            orderby m.Id
            select new { m.PartnerId, m.OrganizationAccess, m.OrganizationIds, r.Permissions }).FirstOrDefaultAsync(cancellationToken);
        if (membership is not null)
        {
            return scope with
            {
                PartnerId = membership.PartnerId,
                OrganizationIds = membership.OrganizationAccess switch { "all" => null, "selected" => membership.OrganizationIds, _ => [] },
                Permissions = membership.Permissions.ToFrozenSet(),
            };
        }

        var organization = await (
            from m in context.OrganizationUsers
            join o in context.Organizations on m.OrganizationId equals o.Id
            join p in context.Partners on m.PartnerId equals p.Id
            join r in context.Roles on m.RoleId equals r.Id
            where m.UserId == userId && o.Status == TenantStatus.Active && p.Status == TenantStatus.Active
            orderby m.Id
            select new { m.PartnerId, m.OrganizationId, m.SiteIds, r.Permissions }).FirstOrDefaultAsync(cancellationToken);
        return organization is null
            ? null
            : scope with
            {
                PartnerId = organization.PartnerId,
                OrganizationIds = [organization.OrganizationId],
                SiteIds = organization.SiteIds,
                Permissions = organization.Permissions.ToFrozenSet(),
            };
    }
}
