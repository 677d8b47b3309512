using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Plugins;

public sealed class SwapTests(PluginServer plugins) : IClassFixture<PluginServer>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plugin_is_replaced_while_four_clients_hammer_it_and_no_request_fails()
    {
        const string id = "samples.swapped";
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", id).Sign()), 201);
        await Http.UntilAsync(() => plugins.IsActiveAsync(id, "1.0.0"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var loaded = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (!stop.IsCancellationRequested)
            {
                var status = await plugins.Admin.GetJsonAsync($"/api/v1/plugins/{id}/status");
                loaded.AddOrUpdate(status.Text("loaded_at"), 1, (_, n) => n + 1);
                count++;
            }
            return count;
        }, Token)).ToList();
        // However slow the machine is: the clients must have come past each version before the next takes its place.
        var versions = 1;
        await Http.UntilAsync(() => Task.FromResult(loaded.Count >= versions));
        foreach (var version in (string[])["1.1.0", "1.2.0", "1.3.0"])
        {
            await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer(version, id).Sign()), 201);
            await Http.UntilAsync(() => plugins.IsActiveAsync(id, version));
            versions++;
            await Http.UntilAsync(() => Task.FromResult(loaded.Count >= versions));
        }
        await stop.CancelAsync();
        (await Task.WhenAll(clients)).Sum().ShouldBeGreaterThan(8);
        loaded.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("ThrowsInStartOnServer", "start_failed")]
    [InlineData("HangsInStartOnServer", "start_timeout")]
    [InlineData("IsUnhealthy", "wrong_host")]
    [InlineData("ThrowsInConstructor", "load_failed")]
    public async Task A_version_that_does_not_start_never_replaces_one_that_works(string type, string code)
    {
        var id = $"samples.kept-{type.ToLowerInvariant()}";
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", id).Sign()), 201);
        await Http.UntilAsync(() => plugins.IsActiveAsync(id, "1.0.0"));
        await Http.ReadAsync(await plugins.UploadAsync(Package.Fixture(type, id, "2.0.0").Sign()), 201);
        await Http.UntilAsync(() => Task.FromResult(plugins.Server.Output.Contains($"plugin {id} was not loaded", StringComparison.Ordinal)), TimeSpan.FromSeconds(60));
        // Meanwhile and afterwards the old one answers.
        plugins.Server.Output.ShouldContain($"{id} was not loaded ({code})");
        await plugins.Admin.GetJsonAsync($"/api/v1/plugins/{id}/status");
    }

    [Fact]
    public async Task A_plugin_that_is_switched_off_has_no_endpoint_and_on_again_it_has()
    {
        const string id = "samples.switched";
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", id).Sign()), 201);
        await Http.UntilAsync(() => plugins.IsActiveAsync(id, "1.0.0"));
        await plugins.Admin.GetAsync($"/api/v1/plugins/{id}/nothing", Token).ShouldBeProblemAsync(404, "plugin_endpoint_not_found");
        await plugins.Admin.PostAsync($"/api/v1/plugins/{id}/status", null, Token).ShouldBeProblemAsync(404, "plugin_endpoint_not_found");
        await plugins.Server.Client.GetAsync($"/api/v1/plugins/{id}/status", Token).ShouldBeProblemAsync(401, "unauthenticated");

        await SetEnabledAsync(id, false);
        // The server looks at what it should run every 30 s, or when it is told to, which another plugin's arrival does.
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", "samples.nudge-off").Sign()), 201);
        await Http.UntilAsync(async () =>
        {
            using var response = await plugins.Admin.GetAsync($"/api/v1/plugins/{id}/status", Token);
            return (int)response.StatusCode == 404;
        });
        await SetEnabledAsync(id, true);
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", "samples.nudge-on").Sign()), 201);
        await Http.UntilAsync(() => plugins.IsActiveAsync(id, "1.0.0"));
        await plugins.Admin.GetJsonAsync($"/api/v1/plugins/{id}/status");
    }

    Task<string> SetEnabledAsync(string id, bool enabled) =>
        ServerDatabase.ReadAsync<string>(plugins.Server, "UPDATE plugins SET enabled = $2 WHERE id = $1 RETURNING id", id, enabled);
}
