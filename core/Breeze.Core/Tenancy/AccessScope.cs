using System.Collections.Frozen;
using Breeze.Core.Identity;

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

    /// <summary>For a key: what it was made for. It may do what is in both sets; null for a person's session.</summary>
    public FrozenSet<string>? KeyPermissions { get; init; }

    /// <summary>Whether the partner is the one that runs this install.</summary>
    public bool IsPlatform { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>The membership that is acted in.</summary>
    public Guid? MembershipId { get; init; }

    /// <summary>When the person last showed who they are.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>When they last showed a second factor.</summary>
    public DateTimeOffset? MfaAt { get; init; }

    /// <summary>Whether they have a second factor.</summary>
    public bool HasMfa { get; init; }

    /// <summary>Whether their role or partner asks for a second factor that they have not set up: until then they may do nothing else.</summary>
    public bool MustSetUpMfa { get; init; }

    /// <summary>A command to more devices than this takes a fresh second factor.</summary>
    public int MassCommandLimit { get; init; } = 50;

    /// <summary>How long a confirmation is fresh.</summary>
    public static TimeSpan Freshness { get; } = TimeSpan.FromMinutes(15);

    public bool IsKey => KeyPermissions is not null;

    /// <summary>Whether the permission is held. <c>*</c> stands for all of them, <c>devices:*</c> for all of a resource.</summary>
    public bool Can(string permission) => IsSystem
        || (Holds(Permissions, permission) && (KeyPermissions is null || Holds(KeyPermissions, permission)) && (IsPlatform || !Identity.Permissions.IsPlatformOnly(permission)));

    /// <summary>
    /// Whether the person has confirmed who they are just now, with a second factor if they have one. A program cannot.
    /// </summary>
    public bool IsFresh(DateTimeOffset now) => IsSystem || (!IsKey && (HasMfa ? MfaAt : AuthenticatedAt) is { } at && at > now - Freshness);

    static bool Holds(FrozenSet<string> held, string permission)
    {
        if (held.Contains(permission) || held.Contains("*"))
        {
            return true;
        }
        var colon = permission.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && held.Contains(string.Concat(permission.AsSpan(0, colon + 1), "*"));
    }

    /// <summary>Whether something of this place in the tree is within reach.</summary>
    public bool Reaches(Guid partnerId, Guid organizationId, Guid siteId) =>
        IsSystem || (PartnerId == partnerId
            && (OrganizationIds is null || OrganizationIds.Contains(organizationId))
            && (SiteIds is null || SiteIds.Contains(siteId)));
}
