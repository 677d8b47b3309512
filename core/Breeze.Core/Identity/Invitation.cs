namespace Breeze.Core.Identity;

/// <summary>A link that makes somebody a member, once; only its hash is kept.</summary>
public sealed class Invitation
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>For a membership in one organization; null for one in the partner.</summary>
    public Guid? OrganizationId { get; init; }

    public required string Email { get; init; }
    public required string NormalizedEmail { get; init; }
    public Guid RoleId { get; init; }

    /// <summary>As <see cref="PartnerUser.OrganizationAccess"/>.</summary>
    public string OrganizationAccess { get; init; } = "all";

    public Guid[] OrganizationIds { get; init; } = [];

    /// <summary>As <see cref="OrganizationUser.SiteIds"/>.</summary>
    public Guid[]? SiteIds { get; init; }

    public required byte[] TokenHash { get; set; }
    public Guid? InvitedBy { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? AcceptedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
