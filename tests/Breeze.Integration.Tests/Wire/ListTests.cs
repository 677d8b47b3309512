using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class ListTests(SharedServer shared)
{
    static readonly string[] Hostnames = ["alpha", "Beta", "beta", "Zeta", "zeta", "Ärger", "ärmel", "Äpfel", "éclair", "ÉTÉ", "日本", "gamma"];

    [Fact]
    public async Task Paging_through_devices_shows_each_once_whatever_they_are_called()
    {
        var tenant = await shared.AddPartnerAsync("Paging");
        var expected = new List<Guid>();
        foreach (var hostname in Hostnames)
        {
            using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId, hostname);
            expected.Add(agent.Id);
        }
        foreach (var limit in (int[])[1, 2, 5, 200])
        {
            (await ReadAllAsync(tenant.Admin, "/api/v1/devices", limit)).Order().ShouldBe(expected.Order(), $"in pages of {limit}");
        }
        (await ReadAllAsync(tenant.Admin, "/api/v1/enrollment-keys", 5)).Count.ShouldBe(Hostnames.Length);
    }

    [Fact]
    public async Task Lists_are_filtered_by_organization_and_site()
    {
        using var agent = await shared.EnrolAsync("filtered-by-place");
        (await shared.Admin.GetJsonAsync($"/api/v1/devices?organization_id={Guid.NewGuid()}")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices?site_id={Guid.NewGuid()}")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/sites?organization_id={Guid.NewGuid()}")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices?organization_id={shared.OrganizationId}&site_id={shared.SiteId}&limit=200&q=filtered-by-place")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Id().ShouldBe(agent.Id);
        (await shared.Admin.GetJsonAsync($"/api/v1/sites?organization_id={shared.OrganizationId}")).GetProperty("data")[0].Id().ShouldBe(shared.SiteId);
    }

    [Fact]
    public async Task Commands_are_listed_newest_first_and_page()
    {
        using var agent = await shared.EnrolAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await shared.Admin.QueueScriptAsync(agent.Id));
        }
        ids.Reverse();
        (await ReadAllAsync(shared.Admin, $"/api/v1/devices/{agent.Id}/commands", 2)).ShouldBe(ids);
    }

    [Fact]
    public async Task Organizations_and_sites_have_ids_and_names()
    {
        foreach (var path in (string[])["/api/v1/organizations", "/api/v1/sites"])
        {
            var page = await shared.Admin.GetJsonAsync(path);
            page.GetProperty("next_cursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
            var item = page.GetProperty("data")[0];
            item.Text("name").ShouldNotBeEmpty();
            (await shared.Admin.GetJsonAsync($"{path}/{item.Id()}")).Text("name").ShouldBe(item.Text("name"));
        }
    }

    static async Task<List<Guid>> ReadAllAsync(HttpClient client, string path, int limit)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"{path}?limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            page.GetProperty("data").GetArrayLength().ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(d => d.Id()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null && ids.Count < 1000);
        return ids;
    }
}
