using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Support;

/// <summary>A plugin, registered and started as a host does it.</summary>
sealed class RunningPlugin : IAsyncDisposable
{
    readonly IBreezePlugin _plugin;

    RunningPlugin(IBreezePlugin plugin) => _plugin = plugin;

    public FakeBuilder Registered { get; } = new();

    public static async Task<RunningPlugin> StartAsync(IBreezePlugin plugin, string settings = "{}", IProcessRunner? processes = null)
    {
        var running = new RunningPlugin(plugin);
        plugin.Register(running.Registered);
        await plugin.StartAsync(new FakePluginContext(settings, processes), Xunit.TestContext.Current.CancellationToken);
        return running;
    }

    public async Task<RecordingSink> CollectAsync()
    {
        var sink = new RecordingSink();
        await Registered.Collectors.ShouldHaveSingleItem().CollectAsync(sink, Xunit.TestContext.Current.CancellationToken);
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await _plugin.StopAsync(StopReason.Removed, CancellationToken.None);
        await _plugin.DisposeAsync();
    }
}
