using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task A_package_that_fits_serves_with_its_defaults_filled_in()
    {
        await using var test = new TestHost();

        var status = await test.LoadWorkingAsync(TestPackage.Of().WithLabelSchema());

        status.State.ShouldBe(PluginState.Active);
        status.Generation.ShouldBe(1);
        status.Provides.ShouldBe(["collector:fixture", "command:fixture"], ignoreOrder: true);
        test.Journal().ShouldBe(["start 1 plain"]);
        using var lease = test.Host.Extensions.Acquire<ICollector>("fixture");
        lease.ShouldNotBeNull().Plugin.ShouldBe(new PluginIdentity("test.fixture", "1.0.0", 1));
    }

    [Fact]
    public async Task Unloading_tells_the_plugin_why_and_leaves_nothing_behind()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        await test.Host.UnloadAsync("test.fixture", StopReason.Removed, TestHost.Token);
        await test.Host.WhenSettledAsync(TestHost.Token);

        test.Journal().ShouldBe(["start 1 ", "stop Removed", "dispose"]);
        test.Host.Extensions.Acquire<ICollector>("fixture").ShouldBeNull();
        test.Status.State.ShouldBe(PluginState.Unloaded);
        test.Status.LeakedGenerations.ShouldBe(0);
    }

    [Fact]
    public async Task Settings_that_break_the_schema_are_refused_with_the_path_of_each_fault()
    {
        await using var test = new TestHost();

        var result = await test.LoadAsync(TestPackage.Of().WithLabelSchema(), """{"limits": {"depth": 10}, "colour": 1}""");

        result.Error!.Code.ShouldBe(PluginErrorCodes.SettingsInvalid);
        result.Error.Message.ShouldContain("limits.depth must be at most 9");
        result.Error.Message.ShouldContain("colour is not a known setting");
        test.Status.State.ShouldBe(PluginState.Failed);
    }

    [Fact]
    public async Task A_setting_given_twice_is_refused()
    {
        await using var test = new TestHost();

        var result = await test.LoadAsync(TestPackage.Of().WithLabelSchema(), """{"label": "a", "label": "b"}""");

        result.Error!.Code.ShouldBe(PluginErrorCodes.SettingsInvalid);
    }

    [Fact]
    public async Task A_load_that_is_cancelled_leaves_the_generation_that_works()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestHost.Token);

        var loading = test.Host.LoadAsync(TestPackage.Of("HangsInStart", version: "2.0.0").Sign(test.Signer), null, cancel.Token);
        await TestHost.UntilAsync(() => test.Journal().Any(line => line.StartsWith("start 2", StringComparison.Ordinal)));
        await cancel.CancelAsync();

        (await loading).Error!.Code.ShouldBe(PluginErrorCodes.Cancelled);
        await test.Host.WhenSettledAsync(TestHost.Token);
        test.Journal().ShouldBe(["start 1 ", "start 2 ", "stop Failed", "dispose"]);
        test.Status.Version.ShouldBe("1.0.0");
        test.Status.LeakedGenerations.ShouldBe(0);
    }

    [Fact]
    public async Task All_extensions_of_a_kind_can_be_leased_and_listed()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        var leases = test.Host.Extensions.AcquireAll<ICollector>();

        leases.ShouldHaveSingleItem().Value.Metrics.ShouldHaveSingleItem().Name.ShouldBe("fixture.answer");
        test.Host.Extensions.List<ICollector>().ShouldHaveSingleItem().Name.ShouldBe("fixture");
        test.Status.ActiveLeases.ShouldBe(1);
        leases[0].Dispose();
        leases[0].Dispose();
        test.Status.ActiveLeases.ShouldBe(0);
    }

    [Fact]
    public async Task A_host_that_does_not_validate_fills_in_the_defaults_all_the_same()
    {
        await using var test = new TestHost(validateSettings: false);

        await test.LoadWorkingAsync(TestPackage.Of().WithLabelSchema(), """{"limits": {"depth": 10}}""");

        test.Journal().ShouldBe(["start 1 plain"]);
    }

    [Fact]
    public async Task A_reload_with_new_settings_replaces_the_generation_and_one_without_keeps_them()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of().WithLabelSchema());

        await test.Host.ReloadAsync("test.fixture", System.Text.Json.JsonElement.Parse("""{"label": "new"}"""), TestHost.Token);
        await test.Host.ReloadAsync("test.fixture", null, TestHost.Token);
        await test.Host.WhenSettledAsync(TestHost.Token);

        test.Journal().Where(line => line.StartsWith("start", StringComparison.Ordinal)).ShouldBe(["start 1 plain", "start 2 new", "start 3 new"]);
        test.Status.Generation.ShouldBe(3);
    }

    [Fact]
    public async Task A_package_in_the_store_loads_again_without_its_file_and_is_verified_again()
    {
        await using var test = new TestHost();
        var status = await test.LoadWorkingAsync(TestPackage.Of());
        await test.Host.UnloadAsync("test.fixture", StopReason.Removed, TestHost.Token);

        (await test.Host.LoadStoredAsync(status.Hash, null, TestHost.Token)).Error.ShouldBeNull();
        var unpacked = Directory.GetFiles(test.StoreDirectory, "plugin.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await File.AppendAllTextAsync(unpacked, " ", TestHost.Token);
        var tampered = await test.Host.LoadStoredAsync(status.Hash, null, TestHost.Token);

        tampered.Error!.Code.ShouldBe(PluginErrorCodes.HashMismatch);
        test.Status.State.ShouldBe(PluginState.Active);
        await test.LoadWorkingAsync(TestPackage.Of());
    }

    [Fact]
    public async Task A_publisher_who_lost_the_trust_cannot_load_again()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        test.Host.UpdateTrust(TrustStore.Empty);
        var result = await test.Host.ReloadAsync("test.fixture", null, TestHost.Token);

        result.Error!.Code.ShouldBe(PluginErrorCodes.PublisherUntrusted);
    }

    [Fact]
    public async Task Unused_packages_are_collected_and_used_ones_stay()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of(version: "1.0.0"));
        var status = await test.LoadWorkingAsync(TestPackage.Of(version: "1.1.0"));

        test.Host.Store.CollectGarbage(new HashSet<string> { status.Hash }).ShouldBe(1);

        test.Host.Store.List().ShouldHaveSingleItem().Version.ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_plugin_that_needs_another_waits_for_it()
    {
        await using var test = new TestHost();
        var needy = TestPackage.Of(type: "ThrowsInStop", id: "test.needy", extra: """, "requires": ["test.fixture"]""");

        (await test.LoadAsync(needy)).Error!.Code.ShouldBe(PluginErrorCodes.RequirementMissing);
    }

    [Fact]
    public async Task A_plugin_that_wants_a_restart_is_not_swapped()
    {
        await using var test = new TestHost();
        await test.LoadWorkingAsync(TestPackage.Of());

        var result = await test.LoadAsync(TestPackage.Of(version: "2.0.0", extra: """, "reload": "restart" """));

        result.Error!.Code.ShouldBe(PluginErrorCodes.RestartRequired);
        test.Status.Version.ShouldBe("1.0.0");
    }
}
