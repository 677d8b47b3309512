namespace Breeze.Core.Identity;

/// <summary>What a membership gives: a role, and the part of the tree that it is good for.</summary>
/// <param name="RoleId">The role.</param>
/// <param name="OrganizationId">For a membership in one organization; null for one in the partner.</param>
/// <param name="OrganizationAccess">In the partner: <c>all</c>, <c>selected</c> or <c>none</c>.</param>
/// <param name="OrganizationIds">In the partner: the selected ones.</param>
/// <param name="SiteIds">In an organization: the sites; null means all.</param>
public sealed record Placement(Guid RoleId, Guid? OrganizationId, string OrganizationAccess, Guid[] OrganizationIds, Guid[]? SiteIds)
{
    /// <summary>In the form in which it is stored: what does not belong to its level is empty.</summary>
    public Placement Normalized() => OrganizationId is null
        ? this with { OrganizationIds = OrganizationAccess == "selected" ? [.. OrganizationIds.Distinct()] : [], SiteIds = null }
        : this with { OrganizationAccess = "all", OrganizationIds = [], SiteIds = SiteIds is null ? null : [.. SiteIds.Distinct()] };
}
