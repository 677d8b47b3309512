namespace Breeze.Core.Tenancy;

/// <summary>A location of an organization.</summary>
public sealed class Site
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public required string Name { get; set; }
    public string TimeZone { get; set; } = "UTC";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
