using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class EnrolmentTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_shown_once()
    {
        var created = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, max_uses = 5, expires_in_hours = 2 }, 201);
        created.Text("key").ShouldNotBeNullOrEmpty();
        using var response = await shared.Admin.GetAsync("/api/v1/enrollment-keys?limit=200", Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        text.ShouldContain(created.Id().ToString());
        text.ShouldNotContain(created.Text("key"));
    }

    [Fact]
    public async Task An_agent_enrols_and_its_device_appears()
    {
        using var agent = await shared.EnrolAsync("appears");
        agent.Config.GetProperty("heartbeat_interval_seconds").GetInt32().ShouldBeInRange(5, 3600);
        var device = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}");
        device.Text("hostname").ShouldBe("appears");
        device.Text("status").ShouldBe("pending");
        device.GetProperty("os").Text("family").ShouldBe("linux");
        device.GetProperty("site_id").GetGuid().ShouldBe(shared.SiteId);
        device.GetProperty("organization_id").GetGuid().ShouldBe(shared.OrganizationId);
        device.GetProperty("tags").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_same_machine_keeps_its_device_and_its_old_token_ends()
    {
        using var first = await shared.EnrolAsync("again");
        using var second = await FakeAgent.EnrolAsync(shared.Server.Url, shared.Admin, shared.SiteId, "renamed", first.MachineId);
        second.Id.ShouldBe(first.Id);
        second.Token.ShouldNotBe(first.Token);
        await first.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        await second.HeartbeatAsync();
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{first.Id}")).Text("hostname").ShouldBe("renamed");
    }

    [Fact]
    public async Task Removing_a_device_ends_its_token_at_once_and_for_good()
    {
        using var agent = await shared.EnrolAsync();
        using var other = await shared.EnrolAsync();
        await agent.HeartbeatAsync();
        using (var response = await shared.Admin.DeleteAsync($"/api/v1/devices/{agent.Id}", Token))
        {
            ((int)response.StatusCode).ShouldBe(204);
        }
        await agent.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        // Whatever makes the server read its agents again must not bring it back.
        using (var patch = await shared.Admin.PatchAsync($"/api/v1/devices/{other.Id}", new StringContent("{}", null, "application/json"), Token))
        {
            patch.EnsureSuccessStatusCode();
        }
        await agent.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}", Token).ShouldBeProblemAsync(404, "device_not_found");
    }

    [Fact]
    public async Task Each_key_that_does_not_work_says_why()
    {
        var client = shared.Server.Client;
        await EnrolAsync("brz_enroll_unknown").ShouldBeProblemAsync(403, "enrollment_key_unknown");

        var used = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, max_uses = 1 }, 201);
        (await EnrolAsync(used.Text("key"))).EnsureSuccessStatusCode();
        await EnrolAsync(used.Text("key")).ShouldBeProblemAsync(403, "enrollment_key_used_up");

        var revoked = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId }, 201);
        (await shared.Admin.DeleteAsync($"/api/v1/enrollment-keys/{revoked.Id()}", Token)).EnsureSuccessStatusCode();
        await EnrolAsync(revoked.Text("key")).ShouldBeProblemAsync(403, "enrollment_key_revoked");

        var expired = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, expires_in_hours = 1 }, 201);
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE enrollment_keys SET expires_at = now() - interval '1 second' WHERE id = $1 RETURNING id", expired.Id());
        await EnrolAsync(expired.Text("key")).ShouldBeProblemAsync(403, "enrollment_key_expired");

        Task<HttpResponseMessage> EnrolAsync(string key) => client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key)));
    }

    [Fact]
    public async Task A_key_for_five_lets_five_in_however_many_come_at_once()
    {
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, max_uses = 5 }, 201)).Text("key");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            shared.Server.Client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key)))));
        answers.Count(a => (int)a.StatusCode == 201).ShouldBe(5);
        answers.Count(a => (int)a.StatusCode == 403).ShouldBe(7);
    }

    /// <summary>Each used to hold its connection while it asked for another, until all of the pool's were held by those who waited.</summary>
    [Fact]
    public async Task A_crowd_that_comes_at_once_is_let_in()
    {
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId }, 201)).Text("key");
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ =>
            shared.Server.Client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key)))));
        answers.ShouldAllBe(a => (int)a.StatusCode == 201);
    }
}
