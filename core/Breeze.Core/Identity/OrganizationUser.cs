namespace Breeze.Core.Identity;

/// <summary>A person's membership in an organization.</summary>
public sealed class OrganizationUser
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid UserId { get; init; }
    public Guid RoleId { get; set; }

    /// <summary>The sites within reach; null means all.</summary>
    public Guid[]? SiteIds { get; set; }
}
