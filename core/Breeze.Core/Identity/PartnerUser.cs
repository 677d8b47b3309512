namespace Breeze.Core.Identity;

/// <summary>A person's membership in a partner.</summary>
public sealed class PartnerUser
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }
    public Guid RoleId { get; set; }

    /// <summary><c>all</c>, <c>selected</c> or <c>none</c>.</summary>
    public string OrganizationAccess { get; set; } = "all";

    public Guid[] OrganizationIds { get; set; } = [];
}
