using System.Collections.Concurrent;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <inheritdoc cref="IPluginHost"/>
public sealed class PluginSupervisor : IPluginHost
{
    readonly ConcurrentDictionary<string, PluginSlot> slots = new(StringComparer.Ordinal);
    readonly HostServices services;
    volatile TrustStore trust;
    volatile bool isDisposed;

    public PluginSupervisor(PluginHostOptions options)
    {
        trust = options.Trust;
        Store = new PackageStore(options.StoreDirectory);
        services = new HostServices(options)
        {
            IsActive = id => slots.TryGetValue(id, out var slot) && slot.IsActive,
            OnStatusChanged = Raise,
        };
    }

    public event Action<PluginStatus>? StatusChanged;

    public IReadOnlyList<PluginStatus> Plugins => [.. slots.Values.Select(slot => slot.Status).OrderBy(status => status.Id, StringComparer.Ordinal)];

    public IExtensionRegistry Extensions => services.Registry;

    public PackageStore Store { get; }

    public async Task<PluginLoadResult> LoadAsync(string packagePath, JsonElement? settings, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = File.OpenRead(packagePath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PluginLoadResult(null, new PluginError(PluginErrorCodes.PackageMalformed, $"The package cannot be read: {exception.Message}"));
        }

        await using (file)
        {
            return await LoadAsync(file, settings, cancellationToken);
        }
    }

    public async Task<PluginLoadResult> LoadAsync(Stream package, JsonElement? settings, CancellationToken cancellationToken)
    {
        if (package.CanSeek)
        {
            return await LoadAsync(() => Store.Install(package, trust), settings, cancellationToken);
        }

        await using var copy = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        return await BoundedCopy.RunAsync(package, copy, PackageLimits.PackedBytes, cancellationToken)
            ? await LoadAsync(() => Store.Install(copy, trust), settings, cancellationToken)
            : new PluginLoadResult(
                null, new PluginError(PluginErrorCodes.TooLarge, $"The package is larger than {PackageLimits.PackedBytes >> 20} MiB."));
    }

    public Task<PluginLoadResult> LoadStoredAsync(string packageHash, JsonElement? settings, CancellationToken cancellationToken) =>
        LoadAsync(() => Store.Open(packageHash, trust), settings, cancellationToken);

    public async Task<PluginLoadResult> ReloadAsync(string pluginId, JsonElement? newSettings, CancellationToken cancellationToken) =>
        slots.TryGetValue(pluginId, out var slot)
            ? await slot.ReloadAsync(hash => Store.Open(hash, trust), newSettings, cancellationToken)
            : NotInstalled(pluginId);

    public async Task<PluginLoadResult> UnloadAsync(string pluginId, StopReason reason, CancellationToken cancellationToken) =>
        slots.TryGetValue(pluginId, out var slot)
            ? await slot.UnloadAsync(reason, close: false, cancellationToken)
            : NotInstalled(pluginId);

    public void UpdateTrust(TrustStore trust) => this.trust = trust;

    public Task WhenSettledAsync(CancellationToken cancellationToken) => services.Open.Done.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        await Task.WhenAll(slots.Values.Select(slot => slot.UnloadAsync(StopReason.HostShutdown, close: true, CancellationToken.None)));
        services.Dispose();
    }

    async Task<PluginLoadResult> LoadAsync(Func<StoreResult> stage, JsonElement? settings, CancellationToken cancellationToken)
    {
        var staged = await Task.Run(() => Stage(stage), cancellationToken);
        if (!staged.IsSuccess)
        {
            HostLog.LoadFailed(services.Logger, "(package)", staged.Error.Code, staged.Error.Message);
            return new PluginLoadResult(null, staged.Error);
        }

        var slot = slots.GetOrAdd(staged.Stored.Package.Manifest.Id, static (id, services) => new PluginSlot(id, services), services);

        // Asked after the slot can be found by DisposeAsync: either it is seen there, or the end of the host is seen here.
        return isDisposed
            ? new PluginLoadResult(null, new PluginError(PluginErrorCodes.HostStopping, "The host is stopping."))
            : await slot.ReplaceAsync(staged.Stored, settings, cancellationToken);
    }

    static StoreResult Stage(Func<StoreResult> stage)
    {
        try
        {
            return stage();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return StoreResult.Failure(new PluginError(
                PluginErrorCodes.LoadFailed, $"The package could not be unpacked: {exception.Message} Check the space and the rights of the store."));
        }
    }

    static PluginLoadResult NotInstalled(string pluginId) =>
        new(null, new PluginError(PluginErrorCodes.NotInstalled, $"No plugin {pluginId} is loaded here."));

    void Raise(PluginStatus status)
    {
        try
        {
            StatusChanged?.Invoke(status);
        }
        catch (Exception exception)
        {
            HostLog.SubscriberFailed(services.Logger, exception);
        }
    }
}
