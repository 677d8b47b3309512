using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

public sealed class MoveTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_moves_to_another_organization_with_its_history_and_out_of_the_groups_of_the_first()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        var there = await shared.Admin.AddOrganizationAsync();
        using var agent = await shared.EnrolAtAsync(here.SiteId);
        using var theirs = await shared.AddOrganizationUserAsync(there.OrganizationId, BuiltInRoles.OrganizationViewer);
        var done = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.HeartbeatAsync();
        await agent.ResultAsync(done, stdout: "kept");
        var group = (await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = $"g {Guid.NewGuid():n}", organization_id = here.OrganizationId }, 201)).Id();
        var wide = (await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = $"g {Guid.NewGuid():n}" }, 201)).Id();
        foreach (var id in (Guid[])[group, wide])
        {
            (await shared.Admin.SendJsonAsync("PUT", $"/api/v1/groups/{id}/devices", new { device_ids = new[] { agent.Id } })).GetProperty("changed").GetInt32().ShouldBe(1);
        }
        await theirs.GetAsync($"/api/v1/devices/{agent.Id}", Token).ShouldBeProblemAsync(404);

        (await shared.Admin.PostJsonAsync($"/api/v1/devices/{agent.Id}/move", new { site_id = there.SiteId })).GetProperty("moved").GetInt32().ShouldBe(1);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).GetProperty("organization_id").GetGuid().ShouldBe(there.OrganizationId);
        (await theirs.CommandAsync(agent.Id, done)).Text("stdout").ShouldBe("kept");
        (await shared.Admin.GetJsonAsync($"/api/v1/groups/{group}")).GetProperty("device_count").GetInt32().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/groups/{wide}")).GetProperty("device_count").GetInt32().ShouldBe(1);
        await agent.HeartbeatAsync();
        var next = await shared.Admin.QueueScriptAsync(agent.Id);
        (await agent.HeartbeatAsync()).GetProperty("commands").EnumerateArray().ShouldHaveSingleItem().Id().ShouldBe(next);
        // What concerns an organization follows the device: closing the one that it left does not touch it.
        await shared.Admin.PostJsonAsync($"/api/v1/organizations/{here.OrganizationId}/close", new { confirm = here.Name });
        await agent.HeartbeatAsync();
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM audit_logs WHERE action = 'device.moved' AND organization_id = ANY ($1)", new[] { here.OrganizationId, there.OrganizationId })).ShouldBe(2);
    }

    [Fact]
    public async Task All_of_a_site_moves_and_an_empty_site_can_be_removed()
    {
        var place = await shared.Admin.AddOrganizationAsync();
        var other = await shared.Admin.AddSiteAsync(place.OrganizationId, "Second");
        using var one = await shared.EnrolAtAsync(place.SiteId);
        using var two = await shared.EnrolAtAsync(place.SiteId);
        (await shared.Admin.SendAsync("DELETE", $"/api/v1/sites/{place.SiteId}").ShouldBeProblemAsync(409, "site_not_empty")).ShouldContain("2 devices");
        (await shared.Admin.PostJsonAsync($"/api/v1/sites/{place.SiteId}/move-devices", new { target_site_id = other })).GetProperty("moved").GetInt32().ShouldBe(2);
        await shared.Admin.SendJsonAsync("DELETE", $"/api/v1/sites/{place.SiteId}", status: 204);
        (await shared.Admin.GetJsonAsync($"/api/v1/sites/{other}")).GetProperty("device_count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_moves_when_one_device_cannot()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        var there = await shared.Admin.AddOrganizationAsync();
        var machine = Guid.NewGuid().ToString();
        using var one = await shared.EnrolAtAsync(here.SiteId, machine);
        using var other = await shared.EnrolAtAsync(here.SiteId);
        using var twin = await shared.EnrolAtAsync(there.SiteId, machine);
        await shared.Admin.SendAsync("POST", "/api/v1/devices/move", new { device_ids = new[] { one.Id, other.Id }, site_id = there.SiteId }).ShouldBeProblemAsync(409, "machine_known");
        await shared.Admin.SendAsync("POST", "/api/v1/devices/move", new { device_ids = new[] { other.Id, Guid.NewGuid() }, site_id = there.SiteId }).ShouldBeProblemAsync(404, "device_not_found");
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{other.Id}")).GetProperty("site_id").GetGuid().ShouldBe(here.SiteId);
        await Http.ReadAsync(await shared.Admin.PatchAsync($"/api/v1/organizations/{there.OrganizationId}", new { max_devices = 1 }), 200);
        await shared.Admin.SendAsync("POST", $"/api/v1/devices/{other.Id}/move", new { site_id = there.SiteId }).ShouldBeProblemAsync(409, "device_limit_reached");
    }

    [Fact]
    public async Task Nothing_moves_to_or_from_another_partner()
    {
        var theirs = await shared.AddPartnerAsync("Far");
        using var mine = await shared.EnrolAsync();
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, theirs.Admin, theirs.SiteId);
        await shared.Admin.SendAsync("POST", $"/api/v1/devices/{mine.Id}/move", new { site_id = theirs.SiteId }).ShouldBeProblemAsync(404, "site_not_found");
        await shared.Admin.SendAsync("POST", $"/api/v1/devices/{agent.Id}/move", new { site_id = shared.SiteId }).ShouldBeProblemAsync(404, "device_not_found");
        await shared.Admin.SendAsync("POST", $"/api/v1/sites/{theirs.SiteId}/move-devices", new { target_site_id = shared.SiteId }).ShouldBeProblemAsync(404, "site_not_found");
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    public async Task A_time_zone_that_does_not_exist_is_refused(string zone)
    {
        await shared.Admin.SendAsync("POST", "/api/v1/sites", new { organization_id = shared.OrganizationId, name = "x", time_zone = zone }).ShouldBeProblemAsync(400, "time_zone_invalid");
    }
}
