namespace Breeze.Sdk;

/// <summary>The slots of the web UI that fragments can fill.</summary>
public static class UiSlots
{
    /// <summary>A tab on the device page.</summary>
    public const string DeviceTab = "device.tab";

    /// <summary>A card on the overview of the device page.</summary>
    public const string DeviceOverview = "device.overview";

    /// <summary>A card on the dashboard.</summary>
    public const string DashboardCard = "dashboard.card";

    /// <summary>A section on the plugin's settings page.</summary>
    public const string Settings = "settings";
}
