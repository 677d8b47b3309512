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
    public required string OsName { get; init; }
    public required string OsVersion { get; init; }
    public required string Organization { get; init; }
    public required string Site { get; init; }
    public required string AgentVersion { get; init; }
    public DateTimeOffset EnrolledAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public DateTimeOffset? LiveSince { get; init; }
    public DateTimeOffset? BootedAt { get; init; }
    public double? Cpu { get; init; }
    public double? Memory { get; init; }
    public double? Disk { get; init; }

    /// <summary>The address in its network.</summary>
    public string? Address { get; init; }

    /// <summary>The address that it checks in from.</summary>
    public string? OutsideAddress { get; init; }
    public string? Users { get; init; }
    public string? Model { get; init; }
    public string? Serial { get; init; }
    public string[] Tags { get; init; } = [];

    /// <summary>Null when the device has not said.</summary>
    public int? Updates { get; init; }

    /// <summary>The maintenance window that it is in.</summary>
    public string? Window { get; init; }

    /// <summary>The custom fields that were asked for.</summary>
    public IReadOnlyDictionary<string, string> Custom { get; init; } = new Dictionary<string, string>();

    public string Os => $"{OsFamily} {OsName} {OsVersion}".Trim();

    /// <summary>A reading of a device that is away says nothing about now.</summary>
    public bool IsCurrent => Status is DeviceStatus.Online or DeviceStatus.Maintenance;
}
