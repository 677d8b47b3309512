namespace Breeze.PluginHost;

/// <summary>What a plugin is doing.</summary>
public enum PluginState
{
    /// <summary>Its first generation is on its way.</summary>
    Loading,

    /// <summary>A generation serves. An error on the status then tells of a later generation that did not take over.</summary>
    Active,

    /// <summary>No generation serves, because the last one did not load or start.</summary>
    Failed,

    /// <summary>No generation serves any more; the last one waits for its leases.</summary>
    Draining,

    /// <summary>No generation serves, and something of a past one stays in memory until the process ends.</summary>
    Leaked,

    /// <summary>The package is sound but not for this host: another SDK version, platform or kind of host.</summary>
    Incompatible,

    /// <summary>No generation serves, and nothing of it is left.</summary>
    Unloaded,
}
