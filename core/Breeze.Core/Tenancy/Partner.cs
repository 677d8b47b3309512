namespace Breeze.Core.Tenancy;

/// <summary>A managed service provider: the top of a tenant tree.</summary>
public sealed class Partner
{
    public Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Slug { get; init; }
    public string Status { get; set; } = TenantStatus.Active;
    public int MetricRetentionDays { get; set; } = 90;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
