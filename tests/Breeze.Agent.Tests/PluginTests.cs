using Breeze.Agent.Tests.Support;
using Breeze.PluginHost;

namespace Breeze.Agent.Tests;

public sealed class PluginTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task A_new_version_takes_over_without_a_restart()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);

        server.Configure(config => config, TestPackage.Fixture(server.Publisher, "1.1.0", "FixturePluginNext"));

        await server.Events.WhenAsync("the new metric", () =>
            server.Layouts.Values.Any(layout => layout.Names.Contains("fixture.extra{path=\"a\\\"b\"}")));
        var report = await server.PluginAsync("test.fixture", report => report is { State: "active", Version: "1.1.0" });
        report.Generation.ShouldBe(2);
        report.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_plugin_that_is_no_longer_wanted_goes()
    {
        await using var server = await TestServer.StartAsync(
            plugins: [TestPackage.Bash, signer => TestPackage.Fixture(signer)]);
        await using var agent = AgentProcess.Run(server, _state);
        await server.PluginAsync("test.fixture", report => report.State == "active");

        server.Configure(config => config, TestPackage.Bash(server.Publisher));

        await server.Events.WhenAsync("a report without it", () =>
            server.Heartbeats.LastOrDefault(beat => beat.Plugins is not null)?.Plugins!.Select(plugin => plugin.Id).SequenceEqual(["runtimes.bash"]) == true);
    }

    [Fact]
    public async Task A_package_of_a_stranger_is_refused_and_the_old_one_stays_even_if_the_server_vouches_for_him()
    {
        using var stranger = PackageSigner.Generate();
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        await server.PluginAsync("test.fixture", report => report.State == "active");

        server.Configure(
            config => config with { TrustedKeys = [TestServer.Trusted(stranger)] },
            TestPackage.Fixture(stranger, "2.0.0", "FixturePluginNext"),
            TestPackage.Fixture(stranger, "2.0.0", "FixturePluginNext", "test.stranger"));

        var old = await server.PluginAsync("test.fixture", report => report.Error is not null);
        old.State.ShouldBe("active");
        old.Version.ShouldBe("1.0.0");
        old.Error!.ShouldContain("2.0.0 did not take over");
        var refused = await server.PluginAsync("test.stranger", _ => true);
        refused.State.ShouldBe("failed");
        refused.Error.ShouldNotBeNull();
        server.Layouts.Values.ShouldNotContain(layout => layout.Names.Count > 1);
        (await File.ReadAllTextAsync(_state.File("agent.json"), TestContext.Current.CancellationToken))
            .ShouldNotContain(stranger.PublicKey.KeyId);
    }

    [Fact]
    public async Task Packages_are_fetched_once_and_come_from_the_disk_after_a_restart()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
        }

        server.Events.Change(server.Samples.Clear);
        await using var again = AgentProcess.Run(server, _state);

        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
        server.PackageRequests.ShouldBe(1);
    }

    [Fact]
    public async Task Collectors_that_misbehave_harm_nobody_and_are_named()
    {
        await using var server = await TestServer.StartAsync(plugins:
            [signer => TestPackage.Fixture(signer), signer => TestPackage.Fixture(signer, "1.0.0", "FaultyPlugin", "test.faulty")]);
        await using var agent = AgentProcess.Run(server, _state);

        var report = await server.PluginAsync("test.faulty", report => report.Error is not null);

        report.State.ShouldBe("active");
        report.Error!.ShouldContain("throwing: It failed: the sensor is gone");
        report.Error!.ShouldContain("'fixture.secret', which it does not declare");
        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
        server.Layouts.Values.ShouldAllBe(layout => layout.Names.SequenceEqual(new[] { "fixture.value" }));
    }

    [Fact]
    public async Task A_command_whose_plugin_ignores_the_end_is_given_up()
    {
        await using var server = await TestServer.StartAsync(
            plugins: signer => TestPackage.Fixture(signer, "1.0.0", "FaultyPlugin", "test.faulty"));
        var id = server.Queue("fixture.stubborn", "{}", timeout: 1);
        await using var agent = AgentProcess.Run(server, _state);

        (await server.ResultAsync(id)).Status.ShouldBe("timeout");
    }
}
