namespace Breeze.Web.Pages.Devices;

/// <summary>States of services and kinds of changes, in words.</summary>
public static class ServiceWords
{
    public static string State(string state) => state.Length == 0 ? "Unknown" : char.ToUpperInvariant(state[0]) + state[1..];

    public static string StartMode(string mode) => mode switch { "automatic" => "Automatically", "manual" => "When asked", "disabled" => "Never", _ => "Unknown" };

    public static string Change(string kind, string change) => (kind, change) switch
    {
        ("software", "added") => "Installed",
        ("software", "removed") => "Uninstalled",
        ("software", _) => "New version",
        ("services", "added") => "New service",
        ("services", "removed") => "Service removed",
        ("services", _) => "Service changed",
        ("network", "added") => "New interface",
        ("network", "removed") => "Interface removed",
        ("network", _) => "Address changed",
        _ => $"{State(kind)} {change}",
    };
}
