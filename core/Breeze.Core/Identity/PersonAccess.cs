using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Whether one person may change another.</summary>
static class PersonAccess
{
    static readonly Refusal Above = Refusal.Forbidden("beyond_own_rights", "This person holds rights that you do not have, so you cannot change theirs.");

    /// <summary>For what concerns their memberships here: not oneself, and nobody who stands above.</summary>
    public static async Task<Refusal?> CheckAsync(BreezeDbContext scoped, BreezeDbContext system, AccessScope scope, Guid userId, CancellationToken cancellationToken)
    {
        if (await VisibleAsync(scoped, scope, userId, cancellationToken) is { } hidden)
        {
            return hidden;
        }
        if (userId == scope.UserId)
        {
            return Refusal.Forbidden("own_rights", "Nobody changes their own rights. Ask another administrator.");
        }
        var held = await Authority.OfPersonAsync(system, userId, cancellationToken);
        return held.Where(m => m.PartnerId == scope.PartnerId).Any(m => !IsManageable(scope, m)) ? Above : null;
    }

    /// <summary>For what concerns the whole person, such as their password: they must belong to this partner alone.</summary>
    public static async Task<Refusal?> CheckWholeAsync(BreezeDbContext scoped, BreezeDbContext system, AccessScope scope, Guid userId, CancellationToken cancellationToken)
    {
        if (await VisibleAsync(scoped, scope, userId, cancellationToken) is { } hidden)
        {
            return hidden;
        }
        if (userId == scope.UserId)
        {
            return Refusal.Forbidden("own_account", "Your own account is changed under your profile.");
        }
        var held = await Authority.OfPersonAsync(system, userId, cancellationToken);
        return held.Any(m => m.PartnerId != scope.PartnerId)
            ? Refusal.Conflict("belongs_elsewhere", "This person belongs to another company as well, so their account is not yours to change. You can end their membership here.")
            : held.Any(m => !Authority.IsAtLeast(scope, m)) ? Above : null;
    }

    /// <summary>
    /// A membership elsewhere in the partner does not keep an organization's administrator from changing the one in their own, unless it carries more rights.
    /// </summary>
    static bool IsManageable(AccessScope scope, AccessScope membership) => Authority.Covers(scope, membership.Permissions);

    static async Task<Refusal?> VisibleAsync(BreezeDbContext scoped, AccessScope scope, Guid userId, CancellationToken cancellationToken) =>
        await scoped.PartnerUsers.AnyAsync(m => m.UserId == userId, cancellationToken) || await scoped.OrganizationUsers.AnyAsync(m => m.UserId == userId, cancellationToken)
            ? null
            : Refusal.NotFound("user");
}
