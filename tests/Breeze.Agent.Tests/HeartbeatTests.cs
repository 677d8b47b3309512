using Breeze.Agent.Tests.Support;
using Breeze.Protocol;

namespace Breeze.Agent.Tests;

public sealed class HeartbeatTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task A_heartbeat_tells_of_metrics_plugins_and_the_configuration_in_force()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);

        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);

        var beat = server.Heartbeats.First(beat => beat.Samples is { Count: > 0 });
        beat.Status.ShouldBe("ok");
        beat.AgentVersion.ShouldNotBeNull();
        beat.ConfigVersion.ShouldBe("2");
        Math.Abs(beat.SentAt!.Value - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).ShouldBeLessThan(60_000);
        var layout = beat.Layouts.ShouldHaveSingleItem();
        layout.Names.ShouldBe(["fixture.value"]);
        layout.Id.Length.ShouldBe(16);
        server.Samples[0].Values.ShouldBe([42d]);
        var report = server.Heartbeats.SelectMany(beat => beat.Plugins ?? []).First();
        report.Id.ShouldBe("test.fixture");
        report.State.ShouldBe("active");
        report.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task A_layout_that_the_server_has_lost_is_sent_again_with_its_samples()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);

        server.Events.Change(() =>
        {
            server.Layouts.Clear();
            server.Samples.Clear();
        });

        await server.Events.WhenAsync("a sample of the same layout", () => server.Samples.Count > 0);
        var refused = server.Heartbeats.Last(beat => beat.Samples is { Count: > 0 } && beat.Layouts is not { Count: > 0 });
        server.Samples.Select(sample => sample.At).ShouldContain(refused.Samples![0].At);
    }

    [Fact]
    public async Task Inventory_is_sent_once_and_not_again_after_a_restart()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("two samples", () => server.Samples.Count >= 2);
            server.Inventory.ShouldBe([("fixture", """{"answer":42}""")]);
        }

        server.Events.Change(server.Samples.Clear);
        await using var again = AgentProcess.Run(server, _state);

        await server.Events.WhenAsync("two samples", () => server.Samples.Count >= 2);
        server.Inventory.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_next_token_is_used_at_once_and_after_a_kill()
    {
        await using var server = await TestServer.StartAsync();
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("a heartbeat", () => server.Heartbeats.Count > 0);
            server.Rotate("the-next-token");
            await server.Events.WhenAsync("the next token in use", () => server.Token == "the-next-token");
            await agent.KillAsync();
        }

        var instance = server.Heartbeats[^1].Instance.ShouldNotBeNull();
        server.Events.Change(server.Heartbeats.Clear);
        await using var again = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("a heartbeat", () => server.Heartbeats.Count > 0);
        server.Heartbeats[0].Instance.ShouldNotBe(instance);
    }

    [Fact]
    public async Task No_reading_of_an_outage_is_lost_though_the_agent_is_killed_in_it()
    {
        await using var server = await TestServer.StartAsync(wakeChannel: false, plugins: signer => TestPackage.Fixture(signer));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
            server.IsDown = true;
            await server.Events.WhenAsync("a refused heartbeat", () => server.RefusedHeartbeats > 0);
            // The reading of the refused heartbeat, and one more that goes to the disk at once.
            await SpooledAsync(2);
            await agent.KillAsync();
        }

        var torn = Directory.GetFiles(_state.File("metrics")).Order().Last();
        await File.AppendAllTextAsync(torn, "torn by the crash", TestContext.Current.CancellationToken);
        var before = server.Samples.Count;
        await using (var agent = AgentProcess.Run(server, _state))
        {
            // The plugins come from the disk: the server is still away.
            await SpooledAsync(4);
            agent.Log.ShouldContain("was torn by a crash");
            server.IsDown = false;
            await server.Events.WhenAsync("the readings of the outage", () => server.Samples.Count >= before + 4, 60);
            await server.Events.WhenAsync("all to be delivered", () => Directory.GetFiles(_state.File("metrics")).Length == 0
                || server.Heartbeats.Count > 1000, 60);
        }

        var times = server.Samples.Select(sample => sample.At).ToArray();
        times.ShouldBeUnique();
        var catchUp = server.Heartbeats.First(beat => beat.Samples is { Count: >= 4 });
        catchUp.Samples!.Select(sample => sample.At).ShouldBeInOrder(SortDirection.Descending);
        // Nothing is missing in between: the interval is 5 s with a tenth of jitter, and the restart takes a while.
        times.Order().Zip(times.Order().Skip(1), (one, next) => next - one).Max().ShouldBeLessThan(12_000);
    }

    [Fact]
    public async Task A_torn_configuration_is_asked_for_again()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
        }

        await File.WriteAllTextAsync(_state.File("config.json"), """{"config_version":"2","plug""", TestContext.Current.CancellationToken);
        server.Events.Change(server.Samples.Clear);
        await using var again = AgentProcess.Run(server, _state);

        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);
        again.Log.ShouldContain("config.json cannot be read");
    }

    [Fact]
    public async Task A_watched_device_sends_live_readings()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("a sample", () => server.Samples.Count > 0);

        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Watch) { Seconds = 30, IntervalSeconds = 1 });

        await server.Events.WhenAsync("two live messages", () => server.Messages.Count(message => message.Type == "live") >= 2, 10);
        server.Messages.First(message => message.Type == "live").Metrics!["fixture.value"].ShouldBe(42);
    }

    async Task SpooledAsync(int readings)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        while (Directory.GetFiles(_state.File("metrics")).Sum(Count) < readings)
        {
            // Another process writes the files.
            await Task.Delay(200, limit.Token);
        }

        static int Count(string file) => File.ReadAllText(file).Split("\"at\":").Length - 1;
    }
}
