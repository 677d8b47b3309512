using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Changes what people may do and reach. It takes effect with their next request.</summary>
public sealed class Memberships(Database database, IAuditLog audit, TimeProvider time)
{
    /// <param name="scope">Who acts.</param>
    /// <param name="userId">Whose membership.</param>
    /// <param name="membershipId">Which one; null for the only one within reach.</param>
    /// <param name="placement">What it shall be. Its level stays: partner or the same organization.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<Refusal?> ChangeAsync(AccessScope scope, Guid userId, Guid? membershipId, Placement placement, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var (partner, organization, problem) = await FindAsync(scoped, userId, membershipId, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        placement = (placement with { OrganizationId = organization?.OrganizationId }).Normalized();
        if (await Placements.CheckAsync(scoped, scope, placement, cancellationToken) is { } beyond)
        {
            return beyond;
        }
        var before = partner is not null
            ? Describe(new(partner.RoleId, null, partner.OrganizationAccess, partner.OrganizationIds, null))
            : Describe(new(organization!.RoleId, organization.OrganizationId, "all", [], organization.SiteIds));
        var id = partner?.Id ?? organization!.Id;
        if (await GuardedAsync(system, scope, async () =>
            {
                if (partner is not null)
                {
                    await system.PartnerUsers.Where(m => m.Id == id).ExecuteUpdateAsync(m => m.SetProperty(x => x.RoleId, placement.RoleId)
                        .SetProperty(x => x.OrganizationAccess, placement.OrganizationAccess).SetProperty(x => x.OrganizationIds, placement.OrganizationIds), cancellationToken);
                }
                else
                {
                    await system.OrganizationUsers.Where(m => m.Id == id).ExecuteUpdateAsync(
                        m => m.SetProperty(x => x.RoleId, placement.RoleId).SetProperty(x => x.SiteIds, placement.SiteIds), cancellationToken);
                }
            }, cancellationToken) is { } last)
        {
            return last;
        }
        await RecordAsync(scope, "membership.changed", userId, placement.OrganizationId, new { membership_id = id, before, after = Describe(placement) }, cancellationToken);
        return null;
    }

    /// <summary>Ends one membership, or all within reach. The account stays.</summary>
    public async Task<Refusal?> EndAsync(AccessScope scope, Guid userId, Guid? membershipId, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        // Who sees the partner's people but does not reach all of it sees only themselves there, which was refused above.
        var partner = await scoped.PartnerUsers.AsNoTracking().Where(m => m.UserId == userId && (membershipId == null || m.Id == membershipId)).ToListAsync(cancellationToken);
        var organizations = await scoped.OrganizationUsers.AsNoTracking().Where(m => m.UserId == userId && (membershipId == null || m.Id == membershipId)).ToListAsync(cancellationToken);
        if (scope.SiteIds is not null && organizations.Any(m => m.SiteIds is null || m.SiteIds.Except(scope.SiteIds).Any()))
        {
            return Refusal.Forbidden("beyond_own_reach", "This person reaches sites that you do not, so you cannot end their membership.");
        }
        Guid[] ids = [.. partner.Select(m => m.Id), .. organizations.Select(m => m.Id)];
        if (ids.Length == 0)
        {
            return Refusal.NotFound("membership");
        }
        var now = time.GetUtcNow();
        if (await GuardedAsync(system, scope, async () =>
            {
                await system.PartnerUsers.Where(m => ids.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
                await system.OrganizationUsers.Where(m => ids.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
                await system.ApiKeys.Where(k => ids.Contains(k.MembershipId) && k.RevokedAt == null).ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, now), cancellationToken);
                if (!await system.PartnerUsers.AnyAsync(m => m.UserId == userId && m.PartnerId == scope.PartnerId, cancellationToken)
                    && !await system.OrganizationUsers.AnyAsync(m => m.UserId == userId && m.PartnerId == scope.PartnerId, cancellationToken))
                {
                    await system.AccessDenials.Where(d => d.UserId == userId && d.PartnerId == scope.PartnerId).ExecuteDeleteAsync(cancellationToken);
                    await system.SsoLinks.Where(l => l.UserId == userId && system.SsoProviders.Any(p => p.Id == l.ProviderId && p.PartnerId == scope.PartnerId)).ExecuteDeleteAsync(cancellationToken);
                }
            }, cancellationToken) is { } last)
        {
            return last;
        }
        foreach (var m in partner)
        {
            await RecordAsync(scope, "membership.ended", userId, null, new { membership_id = m.Id, before = Describe(new(m.RoleId, null, m.OrganizationAccess, m.OrganizationIds, null)) }, cancellationToken);
        }
        foreach (var m in organizations)
        {
            await RecordAsync(scope, "membership.ended", userId, m.OrganizationId, new { membership_id = m.Id, before = Describe(new(m.RoleId, m.OrganizationId, "all", [], m.SiteIds)) }, cancellationToken);
        }
        return null;
    }

    /// <summary>Replaces what is taken out of a person's reach.</summary>
    public async Task<Refusal?> DenyAsync(AccessScope scope, Guid userId, IReadOnlyCollection<(Guid OrganizationId, Guid? SiteId)> denials, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("beyond_own_reach", "Taking organizations out of somebody's reach takes reaching all of the partner's.");
        }
        var wanted = denials.Distinct().ToList();
        var organizations = wanted.Select(d => d.OrganizationId).Distinct().ToList();
        var sites = await scoped.Sites.Where(s => organizations.Contains(s.OrganizationId)).Select(s => new { s.Id, s.OrganizationId }).ToListAsync(cancellationToken);
        if (await scoped.Organizations.CountAsync(o => organizations.Contains(o.Id), cancellationToken) != organizations.Count
            || wanted.Any(d => d.SiteId is { } site && !sites.Any(s => s.Id == site && s.OrganizationId == d.OrganizationId)))
        {
            return Refusal.Invalid("place_unknown", "One of the organizations or sites does not exist, or a site belongs to another organization.");
        }
        var before = await scoped.AccessDenials.Where(d => d.UserId == userId).Select(d => new { organization_id = d.OrganizationId, site_id = d.SiteId }).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (await GuardedAsync(system, scope, async () =>
            {
                await system.AccessDenials.Where(d => d.UserId == userId && d.PartnerId == scope.PartnerId).ExecuteDeleteAsync(cancellationToken);
                system.AddRange(wanted.Select(d => new AccessDenial
                {
                    Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, UserId = userId, OrganizationId = d.OrganizationId, SiteId = d.SiteId, CreatedAt = now,
                }));
                await system.SaveChangesAsync(cancellationToken);
            }, cancellationToken) is { } last)
        {
            return last;
        }
        await RecordAsync(scope, "user.denials_changed", userId, null, new { before, after = wanted.Select(d => new { organization_id = d.OrganizationId, site_id = d.SiteId }) }, cancellationToken);
        return null;
    }

    /// <summary>Does it, unless the partner would be left without an administrator.</summary>
    static async Task<Refusal?> GuardedAsync(BreezeDbContext system, AccessScope scope, Func<Task> change, CancellationToken cancellationToken)
    {
        await using var transaction = await system.Database.BeginTransactionAsync(cancellationToken);
        await LastAdministrator.LockAsync(system, scope.PartnerId!.Value, cancellationToken);
        var before = await LastAdministrator.CountAsync(system, scope.PartnerId.Value, cancellationToken);
        await change();
        if (before > 0 && await LastAdministrator.CountAsync(system, scope.PartnerId.Value, cancellationToken) == 0)
        {
            return LastAdministrator.Refusal;
        }
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    static async Task<(PartnerUser? Partner, OrganizationUser? Organization, Refusal? Refusal)> FindAsync(
        BreezeDbContext scoped, Guid userId, Guid? membershipId, CancellationToken cancellationToken)
    {
        var partner = await scoped.PartnerUsers.AsNoTracking().Where(m => m.UserId == userId && (membershipId == null || m.Id == membershipId)).ToListAsync(cancellationToken);
        var organizations = await scoped.OrganizationUsers.AsNoTracking().Where(m => m.UserId == userId && (membershipId == null || m.Id == membershipId)).ToListAsync(cancellationToken);
        return (partner.Count + organizations.Count) switch
        {
            0 => (null, null, Refusal.NotFound("membership")),
            1 => (partner.FirstOrDefault(), organizations.FirstOrDefault(), null),
            _ => (null, null, Refusal.Invalid("membership_id_missing", "This person has several memberships: send membership_id. GET /api/v1/users/{id} lists them.")),
        };
    }

    static object Describe(Placement p) => new
    {
        role_id = p.RoleId, organization_id = p.OrganizationId, organization_access = p.OrganizationAccess, organization_ids = p.OrganizationIds, site_ids = p.SiteIds,
    };

    Task RecordAsync(AccessScope scope, string action, Guid userId, Guid? organizationId, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "user", userId.ToString()) { OrganizationId = organizationId, Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}
