namespace Breeze.PluginHost;

/// <summary>How a new version of a plugin takes over.</summary>
public enum PluginReloadMode
{
    /// <summary>While the host runs, two generations being alive for a moment.</summary>
    Hot,

    /// <summary>At the next start of the host process.</summary>
    Restart,
}
