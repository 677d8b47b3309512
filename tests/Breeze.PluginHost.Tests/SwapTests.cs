using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

public sealed class SwapTests
{
    const int Reloads = 50;
    const int Users = 8;

    static readonly CommandRequest Quick = new(Guid.Empty, "fixture", JsonElement.Parse("{}"), TimeSpan.FromMinutes(1));
    static readonly CommandRequest Endless = Quick with { Payload = JsonElement.Parse("""{"wait": true}""") };

    [Fact]
    public async Task Fifty_reloads_under_load_fail_no_call_and_leave_no_generation()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());
        using var end = new CancellationTokenSource();
        var calls = new int[Users];
        var users = Enumerable.Range(0, Users).Select(user => Task.Run(() => UseUntilAsync(test.Host.Extensions, calls, user, end.Token))).ToList();

        for (var reload = 0; reload < Reloads; reload++)
        {
            var before = (int[])calls.Clone();
            (await test.Host.ReloadAsync("test.fixture", null, TestHost.Token)).Error.ShouldBeNull();
            await TestHost.UntilAsync(() => users.Any(user => user.IsFaulted) || calls.Zip(before).All(pair => pair.First > pair.Second));
        }

        await end.CancelAsync();
        await Task.WhenAll(users);
        await test.Host.WhenSettledAsync(TestHost.Token);

        test.Status.Generation.ShouldBe(Reloads + 1);
        test.Status.LeakedGenerations.ShouldBe(0);
        test.Status.DrainingGenerations.ShouldBe(0);
        AppDomain.CurrentDomain.GetAssemblies().Count(assembly => assembly.GetName().Name == "Breeze.Fixture").ShouldBeLessThan(Reloads / 2);
    }

    [Fact]
    public async Task After_a_swap_no_lease_is_on_the_old_generation_and_the_old_one_waits_for_its_leases()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());
        var slow = test.Host.Extensions.Acquire<ICommandHandler>("fixture")!;

        await test.Host.ReloadAsync("test.fixture", null, TestHost.Token);

        using (var fresh = test.Host.Extensions.Acquire<ICommandHandler>("fixture")!)
        {
            fresh.Plugin.Generation.ShouldBe(2);
        }

        slow.Plugin.Generation.ShouldBe(1);
        slow.Stopping.IsCancellationRequested.ShouldBeFalse();
        (await slow.Value.ExecuteAsync(Quick, null!, TestHost.Token)).Status.ShouldBe(CommandStatus.Completed);
        test.Status.DrainingGenerations.ShouldBe(1);
        test.Status.ActiveLeases.ShouldBe(1);
        test.Journal().ShouldNotContain("stop Replaced");

        slow.Dispose();
        await test.Host.WhenSettledAsync(TestHost.Token);
        test.Journal().ShouldContain("stop Replaced");
        test.Status.DrainingGenerations.ShouldBe(0);
        test.Status.LeakedGenerations.ShouldBe(0);
    }

    [Fact]
    public async Task A_lease_that_outlives_the_drain_deadline_is_cancelled()
    {
        await using var test = new TestHost(drainDeadline: TimeSpan.FromMilliseconds(200));
        await test.LoadWorkingAsync(TestPackage.Of());
        var running = Task.Run(() => RunEndlessAsync(test.Host.Extensions), TestHost.Token);
        await TestHost.UntilAsync(() => test.Status.ActiveLeases == 1);

        await test.Host.ReloadAsync("test.fixture", null, TestHost.Token);

        (await running).ShouldBeTrue();
        await test.Host.WhenSettledAsync(TestHost.Token);
        test.Status.LeakedGenerations.ShouldBe(0);
    }

    [Fact]
    public async Task Different_plugins_load_in_parallel_and_one_plugin_in_order()
    {
        await using var test = new TestHost(startDeadline: TimeSpan.FromSeconds(20));
        var hanging = test.LoadAsync(TestPackage.Of("IgnoresItsToken", id: "test.slow"));
        await TestHost.UntilAsync(() => test.Host.Plugins.Any(status => status.State == PluginState.Loading));
        var queued = test.LoadAsync(TestPackage.Of("ThrowsInStart", id: "test.slow", version: "2.0.0"));

        await test.LoadWorkingAsync(TestPackage.Of());

        hanging.IsCompleted.ShouldBeFalse();
        queued.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(test.DataDirectory("test.slow")).FullName, "release"), "", TestHost.Token);
        (await hanging).Error!.Code.ShouldBe(PluginErrorCodes.NameClash);
        (await queued).Error!.Code.ShouldBe(PluginErrorCodes.StartFailed);
    }

    static async Task UseUntilAsync(IExtensionRegistry extensions, int[] calls, int user, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var lease = extensions.Acquire<ICommandHandler>("fixture").ShouldNotBeNull();
            (await lease.Value.ExecuteAsync(Quick, null!, lease.Stopping)).Status.ShouldBe(CommandStatus.Completed);
            Interlocked.Increment(ref calls[user]);
        }
    }

    /// <returns>Whether the lease was cancelled. Not the exception: its stack trace would keep the plugin's code in memory.</returns>
    static async Task<bool> RunEndlessAsync(IExtensionRegistry extensions)
    {
        using var lease = extensions.Acquire<ICommandHandler>("fixture")!;
        try
        {
            await lease.Value.ExecuteAsync(Endless, null!, lease.Stopping);
            return false;
        }
        catch (OperationCanceledException)
        {
            return lease.Stopping.IsCancellationRequested;
        }
    }
}
