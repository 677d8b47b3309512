using System.Collections.Frozen;

namespace Breeze.Core.Tenancy;

/// <summary>
/// Who acts, which part of the tenant tree they reach, and what they may do there. Applied twice: by EF Core's query filters and, on the
/// database connection, by row-level security.
/// </summary>
public sealed record AccessScope
{
    /// <summary>The server's own work, which belongs to no tenant.</summary>
    public static AccessScope System { get; } = new() { IsSystem = true, ActorName = "system" };

    /// <summary>Nobody: reaches nothing and may do nothing.</summary>
    public static AccessScope None { get; } = new() { OrganizationIds = [], SiteIds = [] };

    public bool IsSystem { get; private init; }

    public Guid? UserId { get; init; }

    public string ActorName { get; init; } = "";

    /// <summary>Where the request came from, for the audit log.</summary>
    public string Address { get; init; } = "";

    public Guid? PartnerId { get; init; }

    /// <summary>The organizations within reach; null means all of the partner's.</summary>
    public Guid[]? OrganizationIds { get; init; }

    /// <summary>The sites within reach; null means all of the organizations'.</summary>
    public Guid[]? SiteIds { get; init; }

    public FrozenSet<string> Permissions { get; init; } = [];

    /// <summary>Whether the permission is held. <c>*</c> stands for all of them, <c>devices:*</c> for all of a resource.</summary>
    public bool Can(string permission)
    {
        if (IsSystem || Permissions.Contains(permission) || Permissions.Contains("*"))
        {
            return true;
        }
        var colon = permission.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Permissions.Contains(string.Concat(permission.AsSpan(0, colon + 1), "*"));
    }

    /// <summary>Whether something of this place in the tree is within reach.</summary>
    public bool Reaches(Guid partnerId, Guid organizationId, Guid siteId) =>
        IsSystem || (PartnerId == partnerId
            && (OrganizationIds is null || OrganizationIds.Contains(organizationId))
            && (SiteIds is null || SiteIds.Contains(siteId)));
}
