namespace Breeze.Web.Pages.Devices;

/// <summary>A tab that lists what a device has of something, in words.</summary>
public sealed record InventoryTab(string Name, string Kind, string Title, string Search, string Empty, string Teaching)
{
    public required string Icon { get; init; }

    /// <summary>When the device has looked and found none.</summary>
    public string None { get; init; } = "";

    public string NoneTeaching { get; init; } = "";

    public static IReadOnlyList<InventoryTab> All { get; } =
    [
        new("software", "software", "Software", "Name, version or publisher", "No software inventory yet",
            "The plugin “Software inventory” lists what is installed soon after the device enrols, and again when something changes. What came, went or got a new version stands under Activity.") { Icon = "package", None = "Nothing is installed", NoneTeaching = "The device looked and found no program and no package. It looks again every half hour." },
        new("services", "services", "Services", "Name, state or start", "No services yet",
            "The plugin “Services” lists them every few minutes. You can then start, stop and restart one from here.") { Icon = "server-cog", None = "The device has no services", NoneTeaching = "It looked and found no service manager that it knows, such as systemd. It looks again every few minutes." },
        new("updates", "patches", "Updates", "Name, version or source", "Nothing is known of updates yet",
            "The plugin “Pending updates” asks the device's package managers every two hours: apt, dnf, Windows Update, winget, softwareupdate and Homebrew.") { Icon = "arrow-up-circle" },
        new("events", "event-log", "Events", "Message, source or code", "No events yet",
            "The plugin “Event log” sends errors and warnings of the system's own logs. They are kept for 30 days.") { Icon = "file-alert", None = "No errors and no warnings", NoneTeaching = "The system's own logs held none in the last 30 days. New ones stand here within minutes." },
        new("activity", "", "Activity", "What has changed", "Nothing has changed yet",
            "Software that is installed, removed or updated, services that come, go or fail, and addresses that change stand here with the time at which the server learned of it.") { Icon = "timeline" },
    ];

    public static InventoryTab? Find(string? name) => All.FirstOrDefault(tab => tab.Name == name);
}
