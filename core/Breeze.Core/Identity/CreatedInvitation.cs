namespace Breeze.Core.Identity;

/// <summary>An invitation and the token of its link; the only time that it is seen.</summary>
public sealed record CreatedInvitation(Invitation Invitation, string Token, string PartnerName, string? OrganizationName);

/// <summary>An invitation that is still good, as who opens its link sees it.</summary>
/// <param name="HasAccount">Whether the address has an account: then it is accepted by who is signed in to it.</param>
public sealed record OpenInvitation(Invitation Invitation, string TenantName, string RoleName, bool HasAccount);
