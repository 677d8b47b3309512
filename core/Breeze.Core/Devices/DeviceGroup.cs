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

    /// <summary>When the members of a dynamic group were last found; null until they are.</summary>
    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>Why they could not be.</summary>
    public string? Problem { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
