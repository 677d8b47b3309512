using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>
/// Loads, replaces and removes plugins while the process runs. Safe from any thread: changes of different plugins run in parallel, changes
/// of one plugin one after the other. Disposing stops every plugin.
/// </summary>
public interface IPluginHost : IAsyncDisposable
{
    /// <summary>Raised after a plugin's status has changed, on the thread that changed it: return quickly.</summary>
    event Action<PluginStatus>? StatusChanged;

    /// <summary>Every plugin that this process has tried to load.</summary>
    IReadOnlyList<PluginStatus> Plugins { get; }

    IExtensionRegistry Extensions { get; }

    PackageStore Store { get; }

    /// <summary>Verifies a package, keeps it in the store, and lets it take over from the generation that serves, if any.</summary>
    /// <param name="packagePath">A <c>.bpkg</c> file.</param>
    /// <param name="settings">An object; <see langword="null"/> keeps those of the present generation, or takes the defaults.</param>
    /// <param name="cancellationToken">Gives up before the swap: what has begun is undone, and the error is <c>cancelled</c>.</param>
    Task<PluginLoadResult> LoadAsync(string packagePath, JsonElement? settings, CancellationToken cancellationToken);

    /// <inheritdoc cref="LoadAsync(string, JsonElement?, CancellationToken)"/>
    /// <param name="package">The bytes of a <c>.bpkg</c> file; need not be seekable.</param>
    Task<PluginLoadResult> LoadAsync(Stream package, JsonElement? settings, CancellationToken cancellationToken);

    /// <summary>Loads what the store holds already, such as after a start without a network. It is verified again.</summary>
    /// <param name="packageHash">The <see cref="PluginPackage.Hash"/>.</param>
    /// <param name="settings">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    Task<PluginLoadResult> LoadStoredAsync(string packageHash, JsonElement? settings, CancellationToken cancellationToken);

    /// <summary>Replaces the serving generation with a new one of the same package.</summary>
    /// <param name="pluginId">The plugin.</param>
    /// <param name="newSettings"><see langword="null"/> keeps the present ones.</param>
    /// <param name="cancellationToken">As above.</param>
    Task<PluginLoadResult> ReloadAsync(string pluginId, JsonElement? newSettings, CancellationToken cancellationToken);

    /// <summary>Drains, stops and unloads a plugin. Completes when it has stopped; the proof that it is gone follows in the background.</summary>
    Task<PluginLoadResult> UnloadAsync(string pluginId, StopReason reason, CancellationToken cancellationToken);

    /// <summary>Takes effect for the next load. What runs already is not touched: unload it when its publisher is no longer trusted.</summary>
    void UpdateTrust(TrustStore trust);

    /// <summary>Completes when no generation drains and every past one is proven gone or leaked.</summary>
    Task WhenSettledAsync(CancellationToken cancellationToken);
}
