using System.Collections.Frozen;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Checks that a membership is one that the giver may give.</summary>
public static class Placements
{
    /// <summary>Null when it may be given.</summary>
    /// <param name="context">Bound to the giver's scope, so that what is out of reach does not exist.</param>
    /// <param name="giver">Who gives it.</param>
    /// <param name="placement">What shall be given.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<Refusal?> CheckAsync(BreezeDbContext context, AccessScope giver, Placement placement, CancellationToken cancellationToken)
    {
        var role = await context.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == placement.RoleId, cancellationToken);
        if (role is null)
        {
            return Refusal.Invalid("role_unknown", "There is no such role. GET /api/v1/roles lists them.");
        }
        if (role.Scope != (placement.OrganizationId is null ? "partner" : "organization"))
        {
            return Refusal.Invalid("role_scope_mismatch", $"The role {role.Name} is for members of {(role.Scope == "partner" ? "the partner" : "an organization")}; choose one that fits.");
        }
        if (placement.OrganizationAccess is not ("all" or "selected" or "none"))
        {
            return Refusal.Invalid("organization_access_invalid", "The organizations are all, selected or none of them.");
        }
        if (await MissingAsync(context, placement, cancellationToken) is { } missing)
        {
            return missing;
        }
        var reach = new AccessScope
        {
            PartnerId = giver.PartnerId, Permissions = role.Permissions.ToFrozenSet(), SiteIds = placement.SiteIds,
            OrganizationIds = placement.OrganizationId is { } id ? [id] : Authority.OrganizationsOf(placement.OrganizationAccess, placement.OrganizationIds),
        };
        // A membership in the partner is the partner's affair, however little of it is reached.
        if (placement.OrganizationId is null && giver.OrganizationIds is not null)
        {
            return Refusal.Forbidden("beyond_own_reach", "Only who reaches all of the partner's organizations makes somebody a member of the partner. Choose an organization.");
        }
        if (!Authority.Reaches(giver, reach))
        {
            return Refusal.Forbidden("beyond_own_reach", "That reaches further than you do. Choose organizations and sites that you reach yourself.");
        }
        return Authority.Covers(giver, role.Permissions)
            ? null
            : Refusal.Forbidden("beyond_own_rights", $"The role {role.Name} holds rights that you do not have. Choose another role, or ask an administrator.");
    }

    static async Task<Refusal?> MissingAsync(BreezeDbContext context, Placement placement, CancellationToken cancellationToken)
    {
        Guid[] organizations = placement.OrganizationId is { } one ? [one] : placement.OrganizationIds;
        if (placement.OrganizationId is null && placement.OrganizationAccess == "selected" && organizations.Length == 0)
        {
            return Refusal.Invalid("organizations_missing", "Select at least one organization, or choose all or none.");
        }
        if (await context.Organizations.CountAsync(o => organizations.Contains(o.Id) && o.Status != TenantStatus.Closed, cancellationToken) != organizations.Distinct().Count())
        {
            return Refusal.Invalid("organization_unknown", "One of the organizations does not exist, is closed, or is out of your reach.");
        }
        if (placement is { OrganizationId: { } organizationId, SiteIds: { } sites })
        {
            if (sites.Length == 0)
            {
                return Refusal.Invalid("sites_missing", "Select at least one site, or leave the sites out for all of them.");
            }
            if (await context.Sites.CountAsync(s => sites.Contains(s.Id) && s.OrganizationId == organizationId, cancellationToken) != sites.Distinct().Count())
            {
                return Refusal.Invalid("site_unknown", "One of the sites does not exist in that organization, or is out of your reach.");
            }
        }
        return null;
    }
}
