using System.Collections.Frozen;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Nobody gives more than they hold, and nobody changes who holds more than they do.</summary>
public static class Authority
{
    /// <summary>Whether all of these permissions are held.</summary>
    public static bool Covers(AccessScope giver, IEnumerable<string> permissions) => permissions.All(giver.Can);

    /// <summary>Whether whatever the other one reaches is reached as well.</summary>
    public static bool Reaches(AccessScope giver, AccessScope other) => giver.IsSystem
        || (giver.PartnerId == other.PartnerId && Contains(giver.OrganizationIds, other.OrganizationIds) && Contains(giver.SiteIds, other.SiteIds));

    /// <summary>Whether the other one has no right that the giver lacks.</summary>
    public static bool IsAtLeast(AccessScope giver, AccessScope other) => Reaches(giver, other) && Covers(giver, other.Permissions);

    /// <summary>What each membership of a person is worth, whoever asks. The context must be the system's.</summary>
    public static async Task<List<AccessScope>> OfPersonAsync(BreezeDbContext system, Guid userId, CancellationToken cancellationToken)
    {
        var partner = await (from m in system.PartnerUsers
                             join r in system.Roles on m.RoleId equals r.Id
                             join p in system.Partners on m.PartnerId equals p.Id
                             where m.UserId == userId
                             select new { m.Id, m.PartnerId, m.OrganizationAccess, m.OrganizationIds, r.Permissions, p.IsPlatform }).ToListAsync(cancellationToken);
        var organization = await (from m in system.OrganizationUsers
                                  join r in system.Roles on m.RoleId equals r.Id
                                  join p in system.Partners on m.PartnerId equals p.Id
                                  where m.UserId == userId
                                  select new { m.Id, m.PartnerId, m.OrganizationId, m.SiteIds, r.Permissions, p.IsPlatform }).ToListAsync(cancellationToken);
        return
        [
            .. partner.Select(m => new AccessScope
            {
                UserId = userId, MembershipId = m.Id, PartnerId = m.PartnerId, OrganizationIds = OrganizationsOf(m.OrganizationAccess, m.OrganizationIds),
                Permissions = m.Permissions.ToFrozenSet(), IsPlatform = m.IsPlatform,
            }),
            .. organization.Select(m => new AccessScope
            {
                UserId = userId, MembershipId = m.Id, PartnerId = m.PartnerId, OrganizationIds = [m.OrganizationId], SiteIds = m.SiteIds,
                Permissions = m.Permissions.ToFrozenSet(), IsPlatform = m.IsPlatform,
            }),
        ];
    }

    /// <summary>The reach of a partner-level membership; null means all.</summary>
    public static Guid[]? OrganizationsOf(string access, Guid[] selected) => access switch { "all" => null, "selected" => selected, _ => [] };

    static bool Contains(Guid[]? giver, Guid[]? other) => giver is null || (other is not null && other.All(giver.Contains));
}
