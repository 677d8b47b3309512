using System.Net.WebSockets;
using System.Text;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Bulk;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>What somebody writes into a request that is not theirs to write, and what takes a confirmation.</summary>
public sealed class ForgeryTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_that_are_not_ones_to_set_change_nothing()
    {
        var tenant = await shared.AddPartnerAsync("Assigned");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId);
        using var patch = new StringContent(
            $$"""{"display_name":"Renamed","id":"{{Guid.NewGuid()}}","partner_id":"{{await shared.PartnerIdAsync()}}","organization_id":"{{shared.OrganizationId}}","site_id":"{{shared.SiteId}}","status":"online","approval":"waiting","hostname":"forged"}""",
            Encoding.UTF8, "application/json");
        var changed = await Http.ReadAsync(await tenant.Admin.PatchAsync($"/api/v1/devices/{agent.Id}", patch, Token), 200);
        changed.Text("display_name").ShouldBe("Renamed");
        changed.Text("hostname").ShouldBe("fake");
        changed.Text("status").ShouldBe("pending");
        changed.Text("approval").ShouldBe("approved");
        changed.GetProperty("site_id").GetGuid().ShouldBe(tenant.SiteId);
        changed.GetProperty("organization_id").GetGuid().ShouldBe(tenant.OrganizationId);
        var entry = (await tenant.Admin.GetJsonAsync("/api/v1/audit?action=device.updated&limit=1")).GetProperty("data")[0].GetProperty("detail");
        entry.GetProperty("before").GetProperty("display_name").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        entry.GetProperty("after").Text("display_name").ShouldBe("Renamed");
    }

    [Fact]
    public async Task Forged_headers_make_nobody_else_and_come_from_nowhere_else()
    {
        var tenant = await shared.AddPartnerAsync("Forged");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/enrollment-keys") { Content = new StringContent($$"""{"site_id":"{{tenant.SiteId}}"}""", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in ((string, string)[])[("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("X-Real-IP", "203.0.113.9"), ("X-Original-URL", "/api/v1/partners"),
            ("X-HTTP-Method-Override", "DELETE"), ("X-User-Id", Guid.NewGuid().ToString()), ("X-Partner-Id", (await shared.PartnerIdAsync()).ToString())])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        (await Http.ReadAsync(await tenant.Admin.SendAsync(request, Token), 201)).Text("key").ShouldStartWith("brz_enroll_");
        var entry = (await tenant.Admin.GetJsonAsync("/api/v1/audit?action=enrollment_key.created&limit=1")).GetProperty("data")[0];
        entry.Text("address").ShouldBe("127.0.0.1");
        entry.Text("actor_name").ShouldBe("Somebody");
    }

    [Fact]
    public async Task A_page_of_another_site_opens_no_channel()
    {
        using var agent = await shared.EnrolAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {agent.Token}");
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.CollectHttpResponseDetails = true;
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(shared.Server.Url) { Scheme = "ws", Path = $"/ws/agents/{agent.Id}" }.Uri, Token));
        ((int)socket.HttpStatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task Plugins_keys_and_mass_commands_take_a_fresh_confirmation()
    {
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerAdmin);
        using var client = person.ClientOf(await person.TokensAsync());
        using var browser = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = $1 RETURNING user_id", person.Id);
        await client.PostBytesAsync("/api/v1/plugins", [1], "application/octet-stream").ShouldBeProblemAsync(403, "step_up_required");
        await client.PostTextAsync("/api/v1/enrollment-keys", $$"""{"site_id":"{{shared.SiteId}}"}""").ShouldBeProblemAsync(403, "step_up_required");
        await client.PostTextAsync("/api/v1/api-keys", """{"name":"x","permissions":["devices:read"]}""").ShouldBeProblemAsync(403, "step_up_required");
        await client.PostTextAsync($"/api/v1/devices/{Guid.NewGuid()}/commands", """{"type":"remote.terminal"}""").ShouldBeProblemAsync(403, "step_up_required");
        await client.GetJsonAsync("/api/v1/devices");

        // A script on more devices than the partner's limit, which is 50; on as many as that it runs.
        var there = await shared.Admin.AddOrganizationAsync();
        using var agent = await shared.EnrolAtAsync(there.SiteId);
        Guid[] ids;
        await using (var connection = await shared.Database.System.OpenConnectionAsync(Token))
        {
            ids = [agent.Id, .. await Actions.SeedAsync(connection, there.SiteId, 50)];
        }
        (string, string)[] Script(int count) => [("Kind", "script.run"), ("Runtime", "bash"), ("Content", "id"), ("Timeout", "60"), ("Confirm", $"{count}"), ("Selected", string.Join(',', ids[..count]))];
        browser.AsHtmx = true;
        using (var refused = await browser.SendAsync("/actions", "?handler=Start", Script(51)))
        {
            ((int)refused.StatusCode).ShouldBe(403);
            refused.Headers.GetValues("HX-Trigger").ShouldBe(["step-up"]);
        }
        using (var run = await browser.SendAsync("/actions", "?handler=Start", Script(50)))
        {
            ((int)run.StatusCode).ShouldBe(200, await run.Content.ReadAsStringAsync(Token));
        }
        await client.PostJsonAsync("/api/v1/auth/step-up", new { password = Person.Password });
        await client.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId }, 201);
        await Http.UntilAsync(async () => (await agent.HeartbeatAsync()).GetProperty("commands").GetArrayLength() == 1);
    }
}
