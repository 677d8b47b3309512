using System.Text.Json;
using Breeze.PluginHost;

namespace Breeze.Sdk.Testing;

/// <summary>A host on directories of its own, and plugin instances outside of it for what a host never does on purpose.</summary>
sealed class ConformanceBench : IAsyncDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("breeze-conformance-").FullName;
    readonly string packagePath;
    readonly TrustStore trust;
    readonly PluginHostKind kind;
    readonly JsonElement? settings;
    readonly PluginSupervisor host;

    public ConformanceBench(string packagePath, TrustStore trust, PluginHostKind kind, JsonElement? settings)
    {
        (this.packagePath, this.trust, this.kind, this.settings) = (packagePath, trust, kind, settings);
        var surroundings = new TestContext(new PluginTestOptions(), default, root, CancellationToken.None);
        host = new PluginSupervisor(new PluginHostOptions
        {
            Kind = kind,
            StoreDirectory = Path.Combine(root, "store"),
            DataDirectory = Path.Combine(root, "data"),
            Trust = trust,
            Processes = surroundings.Processes,
            HttpClientFactory = surroundings.CreateHttpClient,
            Connect = surroundings.ConnectAsync,
            StopDeadline = TimeSpan.FromSeconds(5),
        });
    }

    public async Task<string?> CheckRegistrationAsync(PluginPackage package)
    {
        var first = await WithPluginAsync((_, provides) => Task.FromResult(provides));
        var second = await WithPluginAsync((_, provides) => Task.FromResult(provides));
        return !first.SequenceEqual(second) ? "two instances register different things."
            : first.Except(package.Catalog.Provides).FirstOrDefault() is { } unlisted ? $"{unlisted} is not in the catalog; pack the plugin again."
            : null;
    }

    public async Task<string?> CheckStopWithoutStartAsync(CancellationToken cancellationToken) =>
        await WithPluginAsync(async (plugin, _) =>
        {
            await plugin.StopAsync(StopReason.Failed, cancellationToken);
            return (string?)null;
        });

    public async Task<string?> CheckStopTwiceAsync(CancellationToken cancellationToken)
    {
        var stored = Install();
        var (complete, error) = await PluginSettings.PrepareAsync(stored.Package.SettingsSchema, settings, validate: true);
        if (error is not null)
        {
            return error.Message;
        }

        using var stopping = new CancellationTokenSource();
        var data = Directory.CreateDirectory(Path.Combine(root, "single")).FullName;
        var options = new PluginTestOptions { Host = kind, PluginId = stored.Package.Manifest.Id, PackageDirectory = stored.Directory };
        return await WithPluginAsync(async (plugin, _) =>
        {
            await plugin.StartAsync(new TestContext(options, complete, data, stopping.Token), cancellationToken);
            await stopping.CancelAsync();
            await plugin.StopAsync(StopReason.Removed, cancellationToken);
            await plugin.StopAsync(StopReason.Removed, cancellationToken);
            return (string?)null;
        });
    }

    public async Task<string?> CheckUnloadsAsync(int reloads, CancellationToken cancellationToken)
    {
        var result = await host.LoadAsync(packagePath, settings, cancellationToken);
        for (var reload = 0; reload < reloads && result.IsSuccess; reload++)
        {
            result = await host.ReloadAsync(result.Status.Id, null, cancellationToken);
        }

        if (!result.IsSuccess)
        {
            return $"{result.Error.Code}: {result.Error.Message}";
        }

        await host.UnloadAsync(result.Status.Id, StopReason.Removed, cancellationToken);
        await host.WhenSettledAsync(cancellationToken);
        var leaked = host.Plugins.Single().LeakedGenerations;
        return leaked == 0
            ? null
            : $"{leaked} of {reloads + 1} generations stay in memory. Look for timers, tasks, event handlers, registrations on tokens, "
                + "and JSON serialization without a source-generated context.";
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    async Task<T> WithPluginAsync<T>(Func<IBreezePlugin, IReadOnlyList<string>, Task<T>> use)
    {
        var stored = Install();
        var (code, error) = PluginCode.Load(stored.Directory, stored.Package.Manifest.Entry, out _);
        if (code is null)
        {
            throw new PluginTestException(error!.Message);
        }

        try
        {
            var builder = new RecordingBuilder(stored.Package.Manifest.Id, kind, new HashSet<string>());
            code.Plugin.Register(builder);
            var provides = builder.Seal().Select(registration => registration.Provides).ToList();
            var result = await use(code.Plugin, provides);
            await code.Plugin.DisposeAsync();
            return result;
        }
        finally
        {
            code.Unload();
        }
    }

    StoredPackage Install()
    {
        using var file = File.OpenRead(packagePath);
        var stored = host.Store.Install(file, trust);
        return stored.IsSuccess ? stored.Stored : throw new PluginTestException(stored.Error.Message);
    }
}
