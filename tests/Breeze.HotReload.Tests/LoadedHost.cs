using Breeze.PluginHost;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Breeze.Testing;

namespace Breeze.HotReload.Tests;

/// <summary>A plugin host on directories of its own, as the agent makes it.</summary>
sealed class LoadedHost : IAsyncDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("breeze-hotreload-").FullName;

    public LoadedHost()
    {
        var scratch = Directory.CreateDirectory(Path.Combine(_root, "scratch")).FullName;
        Host = new PluginSupervisor(new PluginHostOptions
        {
            Kind = PluginHostKind.Agent,
            StoreDirectory = Path.Combine(_root, "store"),
            DataDirectory = Path.Combine(_root, "data"),
            Trust = new TrustStore([RepackedPackage.Publisher]),
            Processes = new ProcessRunner(scratch),
            HttpClientFactory = () => new HttpClient(),
            ValidateSettings = false,
        });
    }

    public IPluginHost Host { get; }

    public async Task LoadAsync(string id, CancellationToken cancellationToken) =>
        (await Host.LoadAsync(RepackedPackage.Find(id), null, cancellationToken)).Error.ShouldBeNull();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
