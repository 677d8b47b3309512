namespace Breeze.Core.Tenancy;

/// <summary>A customer of a partner.</summary>
public sealed class Organization
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public required string Name { get; set; }
    public string Status { get; set; } = TenantStatus.Active;
    /// <summary>How many devices it may have; null means no limit of its own.</summary>
    public int? MaxDevices { get; set; }

    /// <summary>What its technicians should know.</summary>
    public string Notes { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}
