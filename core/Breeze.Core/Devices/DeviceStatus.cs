namespace Breeze.Core.Devices;

/// <summary>The states of a device.</summary>
public static class DeviceStatus
{
    /// <summary>Enrolled, and has not checked in yet.</summary>
    public const string Pending = "pending";
    public const string Online = "online";
    public const string Offline = "offline";
    public const string Maintenance = "maintenance";

    /// <summary>Cut off by an administrator: it may check in, and gets no command.</summary>
    public const string Quarantined = "quarantined";
}
