using System.Diagnostics;
using Breeze.PluginHost;
using Breeze.Sdk;
using Breeze.Testing;

namespace Breeze.HotReload.Tests;

/// <summary>All first-party plugins in a host as the agent has it, reloaded while they work.</summary>
public sealed class AgentReloadTests : IAsyncDisposable
{
    const int Reloads = 50;
    const long AllowedGrowth = 50_000_000;
    static readonly string[] Plugins = ["collectors.system", "collectors.hardware", "runtimes.bash", "runtimes.python"];

    readonly LoadedHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Fifty_reloads_of_every_plugin_under_load_fail_no_request_and_leave_nothing_behind()
    {
        var token = TestContext.Current.CancellationToken;
        await Task.WhenAll(Plugins.Select(id => _host.LoadAsync(id, token)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<int>[] work =
        [
            CollectAsync(stop.Token), CollectAsync(stop.Token),
            ScriptAsync("bash", stop.Token), ScriptAsync("bash", stop.Token), ScriptAsync("python", stop.Token),
        ];
        // What the first reloads load stays for all of them.
        await ReloadAllAsync(5, token);
        var before = await MemoryAsync(token);

        await ReloadAllAsync(Reloads, token);

        var growth = await MemoryAsync(token) - before;
        await stop.CancelAsync();
        var requests = await Task.WhenAll(work);
        await _host.Host.WhenSettledAsync(token);
        TestContext.Current.TestOutputHelper!.WriteLine($"{requests.Sum()} requests, memory grew by {growth / 1e6:0.0} MB");
        requests.ShouldAllBe(count => count > 0);
        foreach (var plugin in _host.Host.Plugins)
        {
            plugin.State.ShouldBe(PluginState.Active, plugin.Id);
            plugin.Generation.ShouldBe(1 + 5 + Reloads, plugin.Id);
            plugin.LeakedGenerations.ShouldBe(0, plugin.Id);
            plugin.DrainingGenerations.ShouldBe(0, plugin.Id);
        }

        growth.ShouldBeLessThan(AllowedGrowth);
    }

    async Task ReloadAllAsync(int count, CancellationToken cancellationToken) =>
        await Task.WhenAll(Plugins.Select(async id =>
        {
            for (var reload = 0; reload < count; reload++)
            {
                (await _host.Host.ReloadAsync(id, null, cancellationToken)).Error.ShouldBeNull();
            }
        }));

    /// <summary>Collects without a pause; a collector that is not there, or fails, fails the test.</summary>
    async Task<int> CollectAsync(CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            foreach (var name in (string[])["system", "hardware"])
            {
                using var lease = _host.Host.Extensions.Acquire<ICollector>(name);
                lease.ShouldNotBeNull(name);
                await lease.Value.CollectAsync(new CountingSink(), lease.Stopping);
            }

            if (stop.IsCancellationRequested)
            {
                return count;
            }

            await Task.Yield();
        }
    }

    async Task<int> ScriptAsync(string runtime, CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            using (var lease = _host.Host.Extensions.Acquire<IScriptRuntime>(runtime))
            {
                lease.ShouldNotBeNull(runtime);
                var content = runtime == "bash" ? "echo hello" : "print('hello')";
                var outcome = await lease.Value.ExecuteAsync(new ScriptRequest(Guid.NewGuid(), content, TimeSpan.FromSeconds(30)), new NoOutput(), lease.Stopping);
                outcome.ShouldBe(CommandOutcome.Completed());
            }

            if (stop.IsCancellationRequested)
            {
                return count;
            }

            // The runtime may have continued this method on its own stack, which the next script would be started on.
            await Task.Yield();
        }
    }

    async Task<long> MemoryAsync(CancellationToken cancellationToken)
    {
        await _host.Host.WhenSettledAsync(cancellationToken);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var own = Process.GetCurrentProcess();
        return own.WorkingSet64;
    }

    sealed class CountingSink : ICollectorSink
    {
        public void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
        {
        }

        public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json)
        {
        }
    }

    sealed class NoOutput : ICommandOutput
    {
        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
