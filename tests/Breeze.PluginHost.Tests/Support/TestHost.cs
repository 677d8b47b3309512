using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

/// <summary>A host on directories of its own, with a publisher whom it trusts.</summary>
sealed class TestHost : IAsyncDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("breeze-pluginhost-").FullName;

    public TestHost(TimeSpan? startDeadline = null, TimeSpan? drainDeadline = null, bool validateSettings = true)
    {
        Host = new PluginSupervisor(new PluginHostOptions
        {
            Kind = PluginHostKind.Agent,
            StoreDirectory = Path.Combine(root, "store"),
            DataDirectory = Path.Combine(root, "data"),
            Trust = new TrustStore([Signer.PublicKey]),
            Processes = new NoProcesses(),
            HttpClientFactory = () => new HttpClient(),
            StartDeadline = startDeadline ?? TimeSpan.FromSeconds(30),
            StopDeadline = TimeSpan.FromSeconds(1),
            DrainDeadline = drainDeadline ?? TimeSpan.FromSeconds(30),
            CancellationGrace = TimeSpan.FromMilliseconds(500),
            ReservedNames = new HashSet<string> { "command:script" },
            ValidateSettings = validateSettings,
        });
    }

    public PluginSigner Signers { get; } = new();

    public PackageSigner Signer => Signers.Trusted;

    public PluginSupervisor Host { get; }

    public PluginStatus Status => Host.Plugins.ShouldHaveSingleItem();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<PluginLoadResult> LoadAsync(TestPackage package, string? settings = null) =>
        Host.LoadAsync(package.Sign(Signer), settings is null ? null : JsonElement.Parse(settings), Token);

    public async Task<PluginStatus> LoadWorkingAsync(TestPackage package, string? settings = null)
    {
        var result = await LoadAsync(package, settings);
        result.Error.ShouldBeNull();
        return result.Status!;
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        for (patience.CancelAfter(TimeSpan.FromSeconds(60)); !condition();)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    public string[] Journal(string id = "test.fixture") => File.ReadAllLines(Path.Combine(DataDirectory(id), "journal"));

    public string DataDirectory(string id = "test.fixture") => Path.Combine(root, "data", id);

    public string StoreDirectory => Path.Combine(root, "store");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Signers.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
