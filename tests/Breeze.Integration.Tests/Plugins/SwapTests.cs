using System.Net.Http.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Plugins;

[Collection(PluginServer.Alone)]
public sealed class SwapTests(PluginServer plugins)
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
        plugins.Server.Output.Split('\n').First(line => line.Contains($"plugin {id} was not loaded", StringComparison.Ordinal)).ShouldContain($"({code})");
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

    [Fact]
    public async Task What_a_plugin_declares_of_its_inventory_is_asked_for_while_the_plugin_is_there()
    {
        const string id = "samples.folders";
        const string text = "hello-folder.extensions has \"PDF\" and hello-folder.largest_bytes > 1 MiB and hello-folder.newest_at > 2026-01-31 and not hello-folder.empty";
        var here = await plugins.Admin.AddOrganizationAsync();
        using var agent = await FakeAgent.EnrolAsync(plugins.Server.Url, plugins.Admin, here.SiteId, "printer-1");
        using var other = await FakeAgent.EnrolAsync(plugins.Server.Url, plugins.Admin, here.SiteId, "printer-2");
        foreach (var (sender, extensions) in new[] { (agent, new[] { "log", "pdf" }), (other, ["txt"]) })
        {
            using var sent = await sender.Client.PutAsJsonAsync($"/api/v1/agents/{sender.Id}/inventory/hello-folder",
                new { directory = "/var/spool", extensions, largest_bytes = 2_000_000, newest_at = "2026-03-01T12:00:00Z", empty = false }, Token);
            sent.EnsureSuccessStatusCode();
        }
        (await CheckAsync(text)).Text("message").ShouldContain("Unknown field `hello-folder.extensions`");

        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloCollector("1.0.0", id).Sign()), 201);
        await Http.UntilAsync(async () => (await CheckAsync(text)).ValueKind == System.Text.Json.JsonValueKind.Undefined);
        (await FindAsync(text)).ShouldBe([agent.Id]);
        (await FindAsync("hello-folder.directory starts_with \"/var\" and printer")).ShouldBe([agent.Id, other.Id], ignoreOrder: true);
        var field = (await plugins.Admin.GetJsonAsync("/api/v1/expressions/fields")).GetProperty("data").EnumerateArray().Single(f => f.Text("name") == "hello-folder.extensions");
        (field.Text("kind"), field.Text("description")).ShouldBe(("several of text", "The endings of the files in it, without the point. From the plugin “Hello collector”."));
        (await plugins.Admin.GetJsonAsync("/api/v1/expressions/complete?text=hello-fo&caret=8")).GetProperty("data").GetArrayLength().ShouldBe(5);

        // Off, and the language says which plugin it is that lacks. The nudge is what the page does beside writing this.
        await SetEnabledAsync(id, false);
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", "samples.nudge-fields").Sign()), 201);
        await Http.UntilAsync(async () => (await CheckAsync(text)).ValueKind == System.Text.Json.JsonValueKind.Object);
        (await CheckAsync("printer and hello-folder.empty")).Text("message").ShouldContain("comes from the plugin “Hello collector”, which is switched off");
        var problem = await plugins.Admin.GetJsonAsync($"/api/v1/devices?filter={Uri.EscapeDataString(text)}", 400);
        (problem.Text("code"), problem.GetProperty("column").GetInt32(), problem.GetProperty("length").GetInt32()).ShouldBe(("expression_invalid", 1, 23));

        // A version that declares less takes the rest along.
        await SetEnabledAsync(id, true);
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloCollector("2.0.0", id).WithText("catalog.json", "\"largest_bytes\"", "\"greatest_bytes\"").Sign()), 201);
        await Http.UntilAsync(async () => (await CheckAsync("hello-folder.greatest_bytes is empty")).ValueKind == System.Text.Json.JsonValueKind.Undefined);
        (await CheckAsync("hello-folder.largest_bytes > 1")).Text("message").ShouldContain("no longer has it");
    }

    /// <summary>What is wrong with an expression; undefined when nothing is.</summary>
    async Task<System.Text.Json.JsonElement> CheckAsync(string text) =>
        await plugins.Admin.PostJsonAsync("/api/v1/expressions/check", new { text }) is var check && check.GetProperty("valid").GetBoolean() ? default : check.GetProperty("error");

    async Task<IEnumerable<Guid>> FindAsync(string filter) =>
        [.. (await plugins.Admin.GetJsonAsync($"/api/v1/devices?filter={Uri.EscapeDataString(filter)}")).GetProperty("data").EnumerateArray().Select(d => d.Id())];

    Task<string> SetEnabledAsync(string id, bool enabled) =>
        ServerDatabase.ReadAsync<string>(plugins.Server, "UPDATE plugins SET enabled = $2 WHERE id = $1 RETURNING id", id, enabled);
}
