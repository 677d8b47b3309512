using Breeze.Core.Devices;

namespace Breeze.Web.Pages;

/// <summary>A device as lists show it.</summary>
public sealed record DeviceRow
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Hostname { get; init; }
    public required string Status { get; init; }
    public required string OsFamily { get; init; }
    public required string Os { get; init; }
    public required string Organization { get; init; }
    public required string Site { get; init; }
    public required string AgentVersion { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public DateTimeOffset? LiveSince { get; init; }
    public double? Cpu { get; init; }
    public double? Memory { get; init; }

    /// <summary>A reading of a device that is away says nothing about now.</summary>
    public bool IsCurrent => Status is DeviceStatus.Online or DeviceStatus.Maintenance;
}
