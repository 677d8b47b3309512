using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Where somebody may make a channel or a route.</summary>
static class NotificationReach
{
    /// <param name="database">Where the organizations are.</param>
    /// <param name="scope">Who.</param>
    /// <param name="organizationId">Null for all of the partner's.</param>
    /// <param name="what">A channel, a route.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Refusal?> RefuseAsync(Database database, AccessScope scope, Guid? organizationId, string what, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is null)
        {
            return TooNarrow(what);
        }
        if (organizationId is not { } wanted)
        {
            return scope.OrganizationIds is null ? null : TooNarrow(what);
        }
        await using var context = database.CreateContext(scope);
        var status = await context.Organizations.Where(o => o.Id == wanted).Select(o => o.Status).SingleOrDefaultAsync(cancellationToken);
        return status is null ? Refusal.NotFound("organization")
            : status == TenantStatus.Closed ? Refusal.Conflict("organization_closed", "The organization is closed. Choose another.")
            : null;
    }

    /// <summary>What is there and belongs to everybody is changed by those who reach everybody.</summary>
    public static Refusal? RefuseChange(AccessScope scope, Guid? organizationId, string what) => organizationId is null && scope.OrganizationIds is not null ? TooNarrow(what) : null;

    static Refusal TooNarrow(string what) =>
        Refusal.Forbidden("reach_too_narrow", $"A {what} for all organizations belongs to those who reach all of them. Make one for an organization of yours.");
}
