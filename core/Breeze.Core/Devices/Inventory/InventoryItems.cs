namespace Breeze.Core.Devices;

/// <summary>A program or package on a device.</summary>
public sealed record SoftwareItem(string Name, string Version, string Source, string? Publisher, DateTimeOffset? InstalledAt);

/// <summary>A service on a device.</summary>
public sealed record ServiceItem(string Name, string DisplayName, string State, string StartMode);

/// <summary>An update that waits to be installed.</summary>
public sealed record UpdateItem(
    string Name, string CurrentVersion, string AvailableVersion, string Source, string Severity, bool IsSecurity, bool NeedsRestart);

/// <summary>Somebody who is signed in at a device.</summary>
public sealed record SessionItem(string Session, string UserName, string Kind, string State, DateTimeOffset? Since, string? RemoteAddress);

/// <summary>Something that came, went or changed on a device.</summary>
public sealed record ChangeItem(Guid Id, Guid DeviceId, string Device, DateTimeOffset At, string Kind, string Change, string Item, string? Before, string? After);

/// <summary>An entry of a device's own logs.</summary>
public sealed record LogItem(Guid Id, DateTimeOffset At, string Source, string Level, string? EventCode, string Message);

/// <summary>A version of a program, and on how many devices it is.</summary>
public sealed record VersionCount(string Version, long Devices);

/// <summary>A program across the fleet, its most widespread versions first.</summary>
public sealed record FleetSoftware(string Name, long Devices, IReadOnlyList<VersionCount> Versions);

/// <summary>A device that has a program.</summary>
public sealed record SoftwareDevice(Guid DeviceId, string Device, Guid OrganizationId, string Version, string Source);
