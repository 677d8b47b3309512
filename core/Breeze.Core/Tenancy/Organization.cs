namespace Breeze.Core.Tenancy;

/// <summary>A customer of a partner.</summary>
public sealed class Organization
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public required string Name { get; set; }
    public string Status { get; set; } = TenantStatus.Active;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
