using System.Net.WebSockets;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

public sealed class OrganizationTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_organization_is_created_changed_and_recorded_with_before_and_after()
    {
        var name = $"Café {Guid.NewGuid():n}";
        var created = await shared.Admin.PostJsonAsync("/api/v1/organizations", new { name = $"  {name} ", max_devices = 5, notes = "Call first" }, 201);
        var path = $"/api/v1/organizations/{created.Id()}";
        created.Text("name").ShouldBe(name);
        await shared.Admin.SendAsync("POST", "/api/v1/organizations", new { name }).ShouldBeProblemAsync(409, "name_taken");
        await shared.Admin.SendAsync("POST", "/api/v1/organizations", new { name = "  " }).ShouldBeProblemAsync(400, "name_invalid");
        await shared.Admin.SendAsync("POST", "/api/v1/organizations", new { name = "x", max_devices = 0 }).ShouldBeProblemAsync(400, "max_devices_invalid");
        await shared.Admin.SendAsync("POST", "/api/v1/organizations", new { name = "x", max_devices = "many" }).ShouldBeProblemAsync(400, "max_devices_invalid");

        (await Http.ReadAsync(await shared.Admin.PatchAsync(path, new { notes = "Call later" }), 200)).GetProperty("max_devices").GetInt32().ShouldBe(5);
        var free = await Http.ReadAsync(await shared.Admin.PatchAsync(path, new { max_devices = (int?)null }), 200);
        free.GetProperty("max_devices").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        free.Text("notes").ShouldBe("Call later");
        var detail = await ServerDatabase.ReadAsync<string>(shared.Server,
            "SELECT detail::text FROM audit_logs WHERE action = 'organization.updated' AND target_id = $1 ORDER BY sequence DESC LIMIT 1", created.Id().ToString());
        detail.ShouldContain("\"max_devices\": 5");
        detail.ShouldContain("before");
    }

    [Fact]
    public async Task A_suspended_organization_is_shut_for_its_people_and_its_commands_and_still_monitored()
    {
        var place = await shared.Admin.AddOrganizationAsync();
        using var agent = await shared.EnrolAtAsync(place.SiteId);
        using var theirs = await shared.AddOrganizationUserAsync(place.OrganizationId, BuiltInRoles.OrganizationAdmin);
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = place.SiteId }, 201)).Text("key");
        await theirs.GetJsonAsync("/api/v1/devices");
        var waiting = await shared.Admin.QueueScriptAsync(agent.Id);
        using var socket = await agent.ConnectAsync();
        (await FakeAgent.ReceiveAsync(socket, "command")).GetProperty("command").Id().ShouldBe(waiting);
        await agent.ResultAsync(waiting);

        var path = $"/api/v1/organizations/{place.OrganizationId}";
        (await shared.Admin.PostJsonAsync($"{path}/suspend", new { })).Text("status").ShouldBe("suspended");
        await shared.Admin.SendAsync("POST", $"{path}/suspend").ShouldBeProblemAsync(409, "organization_not_active");
        await theirs.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        await shared.Admin.SendAsync("POST", $"/api/v1/devices/{agent.Id}/commands", Commands.Script("true")).ShouldBeProblemAsync(409, "tenant_suspended");
        await agent.Client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key))).ShouldBeProblemAsync(403, "tenant_suspended");
        (await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = 0.5 })).GetProperty("commands").GetArrayLength().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("status").ShouldBe("online");
        socket.State.ShouldBe(WebSocketState.Open);

        await shared.Admin.PostJsonAsync($"{path}/resume", new { });
        await theirs.GetJsonAsync("/api/v1/devices");
        var after = await shared.Admin.QueueScriptAsync(agent.Id);
        (await FakeAgent.ReceiveAsync(socket, "command")).GetProperty("command").Id().ShouldBe(after);
    }

    [Fact]
    public async Task What_was_queued_waits_while_suspended_and_goes_on_afterwards()
    {
        var place = await shared.Admin.AddOrganizationAsync();
        using var agent = await shared.EnrolAtAsync(place.SiteId);
        var queued = await shared.Admin.QueueScriptAsync(agent.Id);
        await shared.Admin.PostJsonAsync($"/api/v1/organizations/{place.OrganizationId}/suspend", new { });
        (await agent.HeartbeatAsync()).GetProperty("commands").GetArrayLength().ShouldBe(0);
        await shared.Admin.PostJsonAsync($"/api/v1/organizations/{place.OrganizationId}/resume", new { });
        (await agent.HeartbeatAsync()).GetProperty("commands").EnumerateArray().ShouldHaveSingleItem().Id().ShouldBe(queued);
    }

    [Fact]
    public async Task Closing_leaves_nothing_running_and_closes_the_live_channel_at_once()
    {
        var place = await shared.Admin.AddOrganizationAsync();
        using var agent = await shared.EnrolAtAsync(place.SiteId);
        using var theirs = await shared.AddOrganizationUserAsync(place.OrganizationId, BuiltInRoles.OrganizationAdmin);
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = place.SiteId }, 201)).Text("key");
        using var socket = await agent.ConnectAsync();
        var running = await shared.Admin.QueueScriptAsync(agent.Id);
        await FakeAgent.ReceiveAsync(socket, "command");

        var path = $"/api/v1/organizations/{place.OrganizationId}";
        var plan = await shared.Admin.GetJsonAsync($"{path}/offboarding");
        (plan.GetProperty("devices").GetInt32(), plan.GetProperty("commands").GetInt32(), plan.GetProperty("enrollment_keys").GetInt32(), plan.GetProperty("people").GetInt32()).ShouldBe((1, 1, 1, 1));
        await shared.Admin.SendAsync("POST", $"{path}/close", new { confirm = "something else" }).ShouldBeProblemAsync(400, "confirmation_invalid");
        await shared.Admin.SendAsync("DELETE", path).ShouldBeProblemAsync(409, "organization_not_closed");
        await shared.Admin.PostJsonAsync($"{path}/close", new { confirm = place.Name });

        (await FakeAgent.ReceiveAsync(socket, "cancel")).GetProperty("command_id").GetGuid().ShouldBe(running);
        await Should.ThrowAsync<Exception>(() => FakeAgent.ReceiveAsync(socket, "command"));
        socket.State.ShouldNotBe(WebSocketState.Open);
        await agent.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        await agent.Client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key))).ShouldBeProblemAsync(403, "enrollment_key_revoked");
        await theirs.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        (await shared.Admin.CommandAsync(agent.Id, running)).Text("status").ShouldBe("cancelled");
        (await shared.Admin.GetJsonAsync(path)).Text("status").ShouldBe("closed");
        await shared.Admin.SendAsync("POST", $"{path}/resume").ShouldBeProblemAsync(409, "organization_closed");
        (await shared.Admin.GetJsonAsync("/api/v1/organizations?limit=200")).GetProperty("data").EnumerateArray().Select(o => o.Id()).ShouldNotContain(place.OrganizationId);
        (await shared.Admin.GetJsonAsync("/api/v1/organizations?limit=200&status=closed")).GetProperty("data").EnumerateArray().Select(o => o.Id()).ShouldContain(place.OrganizationId);

        await shared.Admin.SendJsonAsync("DELETE", path, status: 204);
        await shared.Admin.GetAsync(path, Token).ShouldBeProblemAsync(404);
        await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}", Token).ShouldBeProblemAsync(404);
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM audit_logs WHERE organization_id = $1 AND action IN ('organization.closed', 'organization.deleted')", place.OrganizationId)).ShouldBe(2);
    }

    [Fact]
    public async Task An_organization_of_another_partner_does_not_exist()
    {
        var theirs = await shared.AddPartnerAsync("Neighbour");
        var path = $"/api/v1/organizations/{theirs.OrganizationId}";
        await shared.Admin.PatchAsync(path, new { name = "Mine" }).ShouldBeProblemAsync(404);
        foreach (var (method, suffix) in ((string, string)[])[("POST", "/suspend"), ("POST", "/resume"), ("GET", "/offboarding"), ("DELETE", "")])
        {
            await shared.Admin.SendAsync(method, path + suffix).ShouldBeProblemAsync(404);
        }
        await shared.Admin.SendAsync("POST", $"{path}/close", new { confirm = "Neighbour's customer" }).ShouldBeProblemAsync(404);
        await shared.Admin.SendAsync("POST", "/api/v1/sites", new { organization_id = theirs.OrganizationId, name = "Mine" }).ShouldBeProblemAsync(404);
        (await theirs.Admin.GetJsonAsync(path)).Text("status").ShouldBe("active");
    }
}
