namespace Breeze.Core.Devices;

/// <summary>A named set of devices: a list of them, or an expression that finds them.</summary>
public sealed class DeviceGroup
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Null means across the partner's organizations.</summary>
    public Guid? OrganizationId { get; init; }

    public required string Name { get; set; }

    /// <summary><c>static</c> or <c>dynamic</c>.</summary>
    public required string Kind { get; init; }

    public string? Expression { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
