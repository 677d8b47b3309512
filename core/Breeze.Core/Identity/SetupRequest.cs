namespace Breeze.Core.Identity;

/// <summary>What the first run needs to know.</summary>
public sealed record SetupRequest(string Email, string Password, string DisplayName, string PartnerName, string OrganizationName, string SiteName);

/// <summary>The administrator, or what is wrong in words for them.</summary>
public sealed record SetupResult(Guid? UserId, string? Error);
