using System.Diagnostics;
using Breeze.Agent.Tests.Support;

namespace Breeze.Agent.Tests;

public sealed class FootprintTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task An_idle_agent_with_all_first_party_plugins_stays_below_80_MB()
    {
        await using var server = await TestServer.StartAsync(plugins:
        [
            signer => TestPackage.FirstParty(signer, "collectors", "system", "Breeze.Collectors.System"),
            signer => TestPackage.FirstParty(signer, "collectors", "hardware", "Breeze.Collectors.Hardware"),
            signer => TestPackage.FirstParty(signer, "collectors", "network", "Breeze.Collectors.Network"),
            signer => TestPackage.FirstParty(signer, "collectors", "software", "Breeze.Collectors.Software"),
            signer => TestPackage.FirstParty(signer, "collectors", "processes", "Breeze.Collectors.Processes"),
            signer => TestPackage.FirstParty(signer, "collectors", "services", "Breeze.Collectors.Services"),
            signer => TestPackage.FirstParty(signer, "collectors", "sessions", "Breeze.Collectors.Sessions"),
            signer => TestPackage.FirstParty(signer, "collectors", "patches", "Breeze.Collectors.Patches"),
            signer => TestPackage.FirstParty(signer, "collectors", "event-log", "Breeze.Collectors.EventLog"),
            signer => TestPackage.FirstParty(signer, "runtimes", "bash", "Breeze.Runtimes.Bash"),
            signer => TestPackage.FirstParty(signer, "runtimes", "python", "Breeze.Runtimes.Python"),
            signer => TestPackage.FirstParty(signer, "remote", "desktop", "Breeze.Remote.Desktop", "Breeze.X11"),
            signer => TestPackage.FirstParty(signer, "remote", "files", "Breeze.Remote.Files"),
            signer => TestPackage.FirstParty(signer, "remote", "terminal", "Breeze.Remote.Terminal"),
            signer => TestPackage.FirstParty(signer, "remote", "webrtc-transport", "Breeze.Remote.WebRtcTransport", "Breeze.WebRtc", "BouncyCastle.Cryptography"),
        ]);
        using var runtime = new PrivateRuntime();
        await using var agent = AgentProcess.Run(server, _state, runtime);
        await server.Events.WhenAsync("two samples and the inventory", () => server.Samples.Count >= 2 && server.Inventory.Count > 0, 60);
        var report = server.Heartbeats.Last(beat => beat.Plugins is not null).Plugins!;
        report.Count.ShouldBe(15);
        report.ShouldAllBe(plugin => plugin.State == "active" && plugin.Error == null);
        server.Layouts.Values.SelectMany(layout => layout.Names).ShouldContain("system.cpu.utilization");

        using var process = Process.GetProcessById(agent.Id);
        var before = process.TotalProcessorTime;
        var count = server.Events.Read(() => server.Heartbeats.Count);
        await server.Events.WhenAsync("three heartbeats", () => server.Heartbeats.Count >= count + 3, 60);
        process.Refresh();

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"RSS {process.WorkingSet64 / 1e6:0.0} MB, {(process.TotalProcessorTime - before).TotalMilliseconds / 3:0.0} ms of CPU per heartbeat");
        process.WorkingSet64.ShouldBeLessThan(80_000_000);
    }
}
