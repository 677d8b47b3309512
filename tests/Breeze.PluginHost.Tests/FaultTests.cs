using System.Diagnostics;
using System.Diagnostics.Metrics;
using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData("ThrowsInConstructor", PluginErrorCodes.LoadFailed, "on purpose")]
    [InlineData("ThrowsInRegister", PluginErrorCodes.RegisterFailed, "on purpose")]
    [InlineData("ThrowsInStart", PluginErrorCodes.StartFailed, "on purpose")]
    [InlineData("HangsInStart", PluginErrorCodes.StartTimeout, "within 2 s")]
    [InlineData("IsUnhealthy", PluginErrorCodes.Unhealthy, "printer is on fire")]
    [InlineData("RegistersOnTheWrongHost", PluginErrorCodes.WrongHost, "channel \"fixture\" on the agent")]
    [InlineData("SwallowsTheRefusal", PluginErrorCodes.NameClash, "twice")]
    [InlineData("NoSuchClass", PluginErrorCodes.EntryNotFound, "NoSuchClass")]
    public async Task A_generation_that_fails_leaves_the_one_that_works_and_nothing_of_itself(string type, string code, string message)
    {
        await using var test = new TestHost(startDeadline: TimeSpan.FromSeconds(2));
        await test.LoadWorkingAsync(TestPackage.Of());

        var result = await test.LoadAsync(TestPackage.Of(type, version: "1.1.0"));
        await test.Host.WhenSettledAsync(TestHost.Token);

        result.Error!.Code.ShouldBe(code);
        result.Error.Message.ShouldContain(message);
        test.Status.State.ShouldBe(PluginState.Active);
        test.Status.Version.ShouldBe("1.0.0");
        test.Status.Error.ShouldBe(result.Error);
        test.Status.LeakedGenerations.ShouldBe(0);
        test.Journal().ShouldNotContain("stop Replaced");
        using var lease = test.Host.Extensions.Acquire<ICollector>("fixture");
        lease.ShouldNotBeNull().Plugin.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task The_next_success_clears_the_error()
    {
        await using var test = new TestHost();
        await test.LoadAsync(TestPackage.Of("ThrowsInStart"));
        test.Status.State.ShouldBe(PluginState.Failed);

        var status = await test.LoadWorkingAsync(TestPackage.Of(version: "1.0.1"));

        status.State.ShouldBe(PluginState.Active);
        status.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_start_that_ignores_its_token_is_given_up_and_shows_as_leaked_until_it_ends()
    {
        await using var test = new TestHost(startDeadline: TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();

        var result = await test.LoadAsync(TestPackage.Of("IgnoresItsToken"));

        result.Error!.Code.ShouldBe(PluginErrorCodes.StartTimeout);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await test.Host.WhenSettledAsync(TestHost.Token);
        test.Status.LeakedGenerations.ShouldBe(1);

        await File.WriteAllTextAsync(Path.Combine(test.DataDirectory(), "release"), "", TestHost.Token);
        await TestHost.UntilAsync(() => test.Status.LeakedGenerations == 0);
        await test.LoadWorkingAsync(TestPackage.Of(version: "1.0.1"));
    }

    [Fact]
    public async Task A_plugin_that_leaves_a_handler_behind_shows_as_leaked()
    {
        await using var test = new TestHost();
        var counted = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "breeze.plugin.leaked")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            Interlocked.Add(ref counted, tags.Contains(new("plugin", "test.leaky")) ? value : 0));
        listener.Start();
        await test.LoadWorkingAsync(TestPackage.Of("Leaks", id: "test.leaky"));

        await test.Host.UnloadAsync("test.leaky", StopReason.Removed, TestHost.Token);
        await test.Host.WhenSettledAsync(TestHost.Token);

        test.Status.State.ShouldBe(PluginState.Leaked);
        test.Status.LeakedGenerations.ShouldBe(1);
        Interlocked.Read(ref counted).ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_that_throws_does_not_keep_the_generation()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of("ThrowsInStop"));

        await test.Host.UnloadAsync("test.fixture", StopReason.Removed, TestHost.Token);
        await test.Host.WhenSettledAsync(TestHost.Token);

        test.Status.State.ShouldBe(PluginState.Unloaded);
        test.Journal().ShouldContain("dispose");
    }

    [Fact]
    public async Task Two_plugins_of_one_name_clash_and_the_error_names_both()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        var result = await test.LoadAsync(TestPackage.Of(id: "test.other"));

        result.Error!.Code.ShouldBe(PluginErrorCodes.NameClash);
        result.Error.Message.ShouldContain("test.other");
        result.Error.Message.ShouldContain("test.fixture");
        test.Host.Plugins.Single(status => status.Id == "test.fixture").State.ShouldBe(PluginState.Active);
    }

    [Fact]
    public async Task A_host_that_ends_stops_its_plugins_and_takes_no_more()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        await test.Host.DisposeAsync();

        test.Journal().ShouldBe(["start 1 ", "stop HostShutdown", "dispose"]);
        (await test.LoadAsync(TestPackage.Of(version: "2.0.0"))).Error!.Code.ShouldBe(PluginErrorCodes.HostStopping);
    }
}
