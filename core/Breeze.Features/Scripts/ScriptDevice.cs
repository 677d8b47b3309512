namespace Breeze.Features.Scripts;

/// <summary>What stored scripts want to know of a device: where it is.</summary>
public sealed class ScriptDevice
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid SiteId { get; init; }
}
