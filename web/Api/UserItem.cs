namespace Breeze.Web.Api;

/// <summary>A membership within the caller's reach.</summary>
public sealed record MembershipItem(
    Guid Id, string Level, Guid RoleId, string RoleName, Guid? OrganizationId, string? OrganizationName, string? OrganizationAccess, Guid[]? OrganizationIds, Guid[]? SiteIds);

/// <summary>A person and what they are here.</summary>
public sealed record UserItem(
    Guid Id, string DisplayName, string Email, string Status, bool HasMfa, bool HasPassword, DateTimeOffset? LastSignInAt, DateTimeOffset CreatedAt,
    IReadOnlyList<MembershipItem> Memberships);
