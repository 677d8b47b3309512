namespace Breeze.PluginHost;

/// <summary>
/// Everything that active plugins provide. <c>T</c> is one of the SDK's extension types; the name is the extension's own (a collector's
/// <c>Name</c>, a command handler's <c>Type</c>), and for what is unique within a plugin only, <c>{plugin-id}/{name}</c>: fragments,
/// scheduled jobs, and endpoints as <c>{plugin-id}/{METHOD} {path}</c>. Safe from any thread.
/// </summary>
public interface IExtensionRegistry
{
    /// <summary>Raised after what can be acquired has changed, on the thread that changed it: return quickly.</summary>
    event Action? Changed;

    /// <summary>Counts the changes, for caches.</summary>
    long Version { get; }

    /// <summary>Takes a lease on an extension; <see langword="null"/> when no active plugin provides it.</summary>
    ExtensionLease<T>? Acquire<T>(string name)
        where T : class;

    /// <summary>Takes a lease on each extension of a kind; dispose of every one.</summary>
    IReadOnlyList<ExtensionLease<T>> AcquireAll<T>()
        where T : class;

    /// <summary>Names the extensions of a kind without taking leases.</summary>
    IReadOnlyList<ExtensionInfo> List<T>()
        where T : class;
}
