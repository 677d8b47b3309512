namespace Breeze.Core.Events;

/// <summary>The names of the topics on the <see cref="EventBus"/>.</summary>
public static class Topics
{
    /// <summary>A device has something to fetch; the message is its id.</summary>
    public const string Wake = "wake";

    /// <summary>Several of them have; the message is their ids one after the other.</summary>
    public const string WakeMany = "wake-many";

    /// <summary>The agent directory changed on some node.</summary>
    public const string Agents = "agents";

    /// <summary>A device was removed; the message is its id.</summary>
    public const string AgentRemoved = "agent-removed";

    /// <summary>An organization closed: none of its agents is known any more; the message is its id.</summary>
    public const string OrganizationClosed = "organization-closed";

    /// <summary>An agent's process is a new one; the message is the node that saw it, the device's id and the name of the process.</summary>
    public const string AgentInstance = "agent-instance";

    /// <summary>The plugin set of the install changed on some node.</summary>
    public const string Plugins = "plugins";

    /// <summary>An agent reported how its plugins fare; the message is the device's id.</summary>
    public const string PluginReports = "plugin-reports";

    /// <summary>Live readings of a device, as JSON.</summary>
    public static string DeviceLive(Guid deviceId) => $"device:{deviceId:n}:live";

    /// <summary>Changes of a device's state, as JSON.</summary>
    public static string DeviceState(Guid deviceId) => $"device:{deviceId:n}:state";

    /// <summary>Changes of the state of any device of a partner, as JSON.</summary>
    public static string PartnerDevices(Guid partnerId) => $"partner:{partnerId:n}:devices";

    /// <summary>Output and state of a command, as JSON.</summary>
    public static string Command(Guid commandId) => $"command:{commandId:n}";

    /// <summary>There is a bulk action to work off.</summary>
    public const string BulkWork = "bulk-work";

    /// <summary>How far the bulk actions of a partner's people are, as JSON.</summary>
    public static string BulkActions(Guid partnerId) => $"partner:{partnerId:n}:bulk-actions";

    /// <summary>What goes to one side of a remote session whose socket is at another node.</summary>
    public static string Remote(Guid sessionId, string side) => $"remote:{sessionId:n}:{side}";
}
