namespace Breeze.Features.Alerting;

/// <summary>What alerting wants to know of a device.</summary>
public sealed class AlertDevice
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid SiteId { get; init; }
    public string Hostname { get; init; } = "";
    public string? DisplayName { get; init; }
    public string Status { get; init; } = "";
}
