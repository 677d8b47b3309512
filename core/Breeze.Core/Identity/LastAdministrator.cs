using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>A partner must not lose the last person who may do everything everywhere: nobody could give that right again.</summary>
static class LastAdministrator
{
    public static Refusal Refusal { get; } =
        Refusal.Conflict("last_administrator", "This is the last administrator with full reach. Make somebody else one first.");

    /// <summary>Changes of one partner's memberships happen one after the other, so that two administrators cannot take each other out. Ends with the transaction.</summary>
    public static Task LockAsync(BreezeDbContext system, Guid partnerId, CancellationToken cancellationToken) =>
        system.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({partnerId.ToString()}, 3))", cancellationToken);

    /// <summary>How many there are, as the transaction has it.</summary>
    public static Task<int> CountAsync(BreezeDbContext system, Guid partnerId, CancellationToken cancellationToken) =>
        (from m in system.PartnerUsers
         join r in system.Roles on m.RoleId equals r.Id
         join u in system.Users on m.UserId equals u.Id
         where m.PartnerId == partnerId && m.OrganizationAccess == "all" && u.Status == "active" && r.Permissions.Contains("*")
             && !system.AccessDenials.Any(d => d.UserId == m.UserId && d.PartnerId == partnerId)
         select m.Id).CountAsync(cancellationToken);
}
