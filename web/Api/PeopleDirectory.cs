using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>The people within reach, for the API and the pages.</summary>
public sealed class PeopleDirectory(BreezeDbContext database, Database databases)
{
    /// <summary>In the order of their names, beginning after a place.</summary>
    public async Task<List<UserItem>> ListAsync(string? text, string? status, string afterName, Guid afterId, int count, CancellationToken cancellationToken)
    {
        var users = Visible();
        if (!string.IsNullOrWhiteSpace(text))
        {
            var pattern = Like.Containing(text);
            users = users.Where(u => EF.Functions.ILike(u.DisplayName, pattern, @"\") || EF.Functions.ILike(u.Email, pattern, @"\"));
        }
        if (!string.IsNullOrEmpty(status))
        {
            users = users.Where(u => u.Status == status);
        }
        if (afterId != default)
        {
            users = users.Where(u => EF.Functions.GreaterThan(ValueTuple.Create(u.DisplayName.ToLower(), u.Id), ValueTuple.Create(afterName, afterId)));
        }
        var rows = await users.OrderBy(u => u.DisplayName.ToLower()).ThenBy(u => u.Id).Take(count).ToListAsync(cancellationToken);
        return await DescribeAsync(rows, cancellationToken);
    }

    public async Task<UserItem?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await DescribeAsync(await Visible().Where(u => u.Id == id).ToListAsync(cancellationToken), cancellationToken)).SingleOrDefault();

    // Row-level security shows oneself as well; who has no membership within reach is not listed.
    IQueryable<User> Visible() => database.Users.AsNoTracking()
        .Where(u => database.PartnerUsers.Any(m => m.UserId == u.Id) || database.OrganizationUsers.Any(m => m.UserId == u.Id));

    async Task<List<UserItem>> DescribeAsync(List<User> users, CancellationToken cancellationToken)
    {
        var ids = users.Select(u => u.Id).ToList();
        var partner = await (from m in database.PartnerUsers
                             join r in database.Roles on m.RoleId equals r.Id
                             where ids.Contains(m.UserId)
                             select new { m.UserId, Item = new MembershipItem(m.Id, "partner", r.Id, r.Name, null, null, m.OrganizationAccess, m.OrganizationIds, null) }).ToListAsync(cancellationToken);
        var organization = await (from m in database.OrganizationUsers
                                  join r in database.Roles on m.RoleId equals r.Id
                                  join o in database.Organizations on m.OrganizationId equals o.Id
                                  where ids.Contains(m.UserId)
                                  orderby o.Name
                                  select new { m.UserId, Item = new MembershipItem(m.Id, "organization", r.Id, r.Name, o.Id, o.Name, null, null, m.SiteIds) }).ToListAsync(cancellationToken);
        // Passkeys are nobody's to see but the system's; whether somebody has one is all that is said.
        await using var system = databases.CreateSystemContext();
        var passkeys = await system.Passkeys.Where(k => ids.Contains(k.UserId)).Select(k => k.UserId).Distinct().ToListAsync(cancellationToken);
        var memberships = partner.Concat(organization).ToLookup(m => m.UserId, m => m.Item);
        return
        [
            .. users.Select(u => new UserItem(u.Id, u.DisplayName, u.Email, u.Status, u.MfaEnabled || passkeys.Contains(u.Id), u.PasswordHash is not null, u.LastSignInAt, u.CreatedAt,
                [.. memberships[u.Id]])),
        ];
    }
}
