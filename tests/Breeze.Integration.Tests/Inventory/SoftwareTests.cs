using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;
using static Breeze.Integration.Tests.Inventory.Documents;

namespace Breeze.Integration.Tests.Inventory;

public sealed class SoftwareTests(SharedServer shared)
{
    [Fact]
    public async Task What_is_installed_is_listed_and_what_changes_is_history()
    {
        using var agent = await shared.EnrolAsync();
        await agent.SendAsync("software", Software(("bash", "5.2"), ("openssl", "3.0.2"), ("vim", "9.0")));
        (await ChangesAsync(agent)).ShouldBeEmpty("the first document is where the history begins");

        await agent.SendAsync("software", Software(("bash", "5.2"), ("curl", "8.1"), ("openssl", "3.0.15")));

        var list = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software");
        list.GetProperty("data").EnumerateArray().Select(s => $"{s.Text("name")} {s.Text("version")}").ShouldBe(["bash 5.2", "curl 8.1", "openssl 3.0.15"]);
        (await ChangesAsync(agent)).ShouldBe(["added curl  > 8.1", "changed openssl 3.0.2 > 3.0.15", "removed vim 9.0 > "], ignoreOrder: true);
    }

    [Fact]
    public async Task A_list_is_paged_and_filtered()
    {
        using var agent = await shared.EnrolAsync();
        await agent.SendAsync("software", Software([.. Enumerable.Range(0, 25).Select(n => ($"{(n % 2 == 0 ? "Even" : "odd")}-{n:00}", "1"))]));
        var seen = new List<string>();
        for (string? cursor = "", next = null; cursor is not null; cursor = next)
        {
            var page = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software?limit=7&cursor={cursor}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(s => s.Text("name")));
            next = page.GetProperty("next_cursor").GetString();
        }
        seen.Count.ShouldBe(25);
        seen.ShouldBe(seen.Order(StringComparer.OrdinalIgnoreCase));
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software?q=ODD-1")).GetProperty("data").GetArrayLength().ShouldBe(5);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software?q=%25")).GetProperty("data").GetArrayLength().ShouldBe(0, "a wildcard is a letter like any other");
        await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}/software?cursor=zzz", TestContext.Current.CancellationToken).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact]
    public async Task Which_devices_have_a_lower_version_is_answered_within_reach_alone()
    {
        using var old = await shared.EnrolAsync("old-one");
        using var young = await shared.EnrolAsync("new-one");
        var name = $"lib-{Guid.NewGuid():n}";
        await old.SendAsync("software", Software((name, "1:3.0.2-0ubuntu1")));
        await young.SendAsync("software", Software((name, "1:3.0.15-0ubuntu1"), ("other", "1")));
        var other = await shared.AddPartnerAsync("Elsewhere");
        using var theirs = await FakeAgent.EnrolAsync(shared.Server.Url, other.Admin, other.SiteId, "theirs");
        await theirs.SendAsync("software", Software((name, "1:2.9")));

        var fleet = (await shared.Admin.GetJsonAsync($"/api/v1/software?q={name}")).GetProperty("data")[0];
        fleet.GetProperty("devices").GetInt32().ShouldBe(2);
        fleet.GetProperty("versions").GetArrayLength().ShouldBe(2);
        (await NamesAsync(shared.Admin, $"name={name}")).ShouldBe(["new-one", "old-one"]);
        (await NamesAsync(shared.Admin, $"name={name}&version_below=1:3.0.15")).ShouldBe(["old-one"]);
        (await NamesAsync(other.Admin, $"name={name}&version_below=1:3.0.15")).ShouldBe(["theirs"]);
        await shared.Admin.GetAsync("/api/v1/software/devices", TestContext.Current.CancellationToken).ShouldBeProblemAsync(400, "name_invalid");
        foreach (var list in (string[])["software", "services", "updates", "sessions", "changes", "log", "inventory"])
        {
            await other.Admin.GetAsync($"/api/v1/devices/{old.Id}/{list}", TestContext.Current.CancellationToken).ShouldBeProblemAsync(404);
        }
    }

    [Fact]
    public async Task Five_thousand_packages_are_one_moment_and_hostile_ones_do_no_harm()
    {
        using var agent = await shared.EnrolAsync();
        var many = Enumerable.Range(0, 6000).Select(n => ($"package-{n:00000}", "1.0")).ToArray();
        await agent.SendAsync("software", Software(many));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await agent.SendAsync("software", Software([.. many.Select(p => (p.Item1, "2.0"))]));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/changes?limit=200&change=changed")).GetProperty("data").GetArrayLength().ShouldBe(200);

        var long1 = new string('x', 100_000);
        await agent.SendTextAsync("software", $$"""
            {"packages":[1,null,"x",[],{"name":7},{"name":""},{"name":"evil\u202e<script>\u0007","version":{"a":1},"source":[],"installed_at":"never","publisher":3},
             {"name":"twice","version":"1","source":"dpkg"},{"name":"twice","version":"1","source":"dpkg"},{"name":"{{long1}}","version":"{{long1}}"}]}
            """);
        var names = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software")).GetProperty("data").EnumerateArray().Select(s => s.Text("name")).ToList();
        names.ShouldBe(["evil<script>", "twice", new string('x', 300)]);
        await agent.SendTextAsync("software", """{"packages":{}}""");
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/software")).GetProperty("data").GetArrayLength().ShouldBe(0);
        await agent.SendTextAsync("software", """{"packages":[{"name":"nul\u0000"}]}""", 400);
    }

    async Task<List<string>> ChangesAsync(FakeAgent agent) =>
    [
        .. (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/changes")).GetProperty("data").EnumerateArray()
            .Select(c => $"{c.Text("change")} {c.Text("item")} {Or(c, "before")} > {Or(c, "after")}"),
    ];

    static string Or(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    static async Task<List<string>> NamesAsync(HttpClient client, string query) =>
        [.. (await client.GetJsonAsync($"/api/v1/software/devices?{query}")).GetProperty("data").EnumerateArray().Select(d => d.Text("device"))];
}
