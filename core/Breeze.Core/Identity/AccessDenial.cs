namespace Breeze.Core.Identity;

/// <summary>Takes an organization, or one of its sites, out of a person's reach, whatever their role says.</summary>
public sealed class AccessDenial
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }
    public Guid OrganizationId { get; init; }

    /// <summary>Null means the whole organization.</summary>
    public Guid? SiteId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
