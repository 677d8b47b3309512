namespace Breeze.Sdk;

/// <summary>Why a generation of a plugin is stopped.</summary>
public enum StopReason
{
    /// <summary>The host process ends.</summary>
    HostShutdown,

    /// <summary>A newer generation of the same plugin has taken over.</summary>
    Replaced,

    /// <summary>An administrator disabled or uninstalled the plugin.</summary>
    Removed,

    /// <summary>The generation did not start or did not pass its health check.</summary>
    Failed,
}
