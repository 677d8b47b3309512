namespace Breeze.Core.Identity;

/// <summary>Lets agents enrol into a site.</summary>
public sealed class EnrollmentKey
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid SiteId { get; init; }
    public string Name { get; set; } = "";
    public required byte[] KeyHash { get; init; }
    public int? MaxUses { get; init; }
    public int Uses { get; set; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
    /// <summary>Whether devices wait for a person's approval before they are served.</summary>
    public bool RequiresApproval { get; init; }

    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
