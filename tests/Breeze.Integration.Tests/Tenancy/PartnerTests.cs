using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

public sealed class PartnerTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_administrator_of_another_partner_manages_neither_partners_nor_plugins()
    {
        var theirs = await shared.AddPartnerAsync("Second");
        var path = $"/api/v1/partners/{theirs.PartnerId}";
        await theirs.Admin.GetAsync("/api/v1/partners", Token).ShouldBeProblemAsync(403, "forbidden");
        await theirs.Admin.SendAsync("POST", "/api/v1/partners", new { name = "Third" }).ShouldBeProblemAsync(403, "forbidden");
        await theirs.Admin.SendAsync("PATCH", path, new { max_devices = 9 }).ShouldBeProblemAsync(403, "forbidden");
        await theirs.Admin.PostBytesAsync("/api/v1/plugins", [1], "application/octet-stream").ShouldBeProblemAsync(403, "forbidden");

        // And the platform's own administrator manages the row and sees nothing of what is in it.
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, theirs.Admin, theirs.SiteId);
        (await shared.Admin.GetJsonAsync(path)).GetProperty("device_count").GetInt32().ShouldBe(1);
        await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}", Token).ShouldBeProblemAsync(404);
        await shared.Admin.GetAsync($"/api/v1/organizations/{theirs.OrganizationId}", Token).ShouldBeProblemAsync(404);
    }

    [Fact]
    public async Task The_platform_invites_the_first_administrator_of_a_new_partner_and_nobody_after_that()
    {
        var partner = (await shared.Admin.PostJsonAsync("/api/v1/partners", new { name = "Fresh", slug = $"f{Guid.NewGuid():n}" }, 201)).Id();
        var path = $"/api/v1/partners/{partner}/invite";
        await shared.Admin.SendAsync("POST", path, new { email = "nonsense" }).ShouldBeProblemAsync(400, "email_invalid");
        var first = (await shared.Admin.PostJsonAsync(path, new { email = "wrong@example.com" }, 201)).Text("link");
        var email = $"{Guid.NewGuid():n}@example.com";
        var link = (await shared.Admin.PostJsonAsync(path, new { email }, 201)).Text("link");

        using var browser = new SignIn.PageClient(shared.Server);
        using (var withdrawn = await browser.GetAsync(new Uri(first).AbsolutePath))
        {
            ((int)withdrawn.StatusCode).ShouldBe(404, "a later invitation takes the place of an earlier one");
        }
        using var accepted = await browser.SendAsync(new Uri(link).AbsolutePath, "", ("DisplayName", "First"), ("Password", "a few unrelated words"));
        ((int)accepted.StatusCode).ShouldBe(302, await accepted.Content.ReadAsStringAsync(Token));
        using var administrator = await shared.Server.SignInAsync(email, "a few unrelated words", Token);
        (await administrator.PostJsonAsync("/api/v1/organizations", new { name = "Their first" }, 201)).Text("name").ShouldBe("Their first");
        await shared.Admin.SendAsync("POST", path, new { email = "second@example.com" }).ShouldBeProblemAsync(409, "partner_has_people");
    }

    [Fact]
    public async Task A_partner_is_created_limited_suspended_resumed_and_closed()
    {
        var slug = $"s{Guid.NewGuid():n}";
        var created = await shared.Admin.PostJsonAsync("/api/v1/partners", new { name = "Ärzte & Söhne", slug, max_devices = 1 }, 201);
        await shared.Admin.SendAsync("POST", "/api/v1/partners", new { name = "Again", slug }).ShouldBeProblemAsync(409, "slug_taken");
        await shared.Admin.SendAsync("POST", "/api/v1/partners", new { name = "Bad", slug = "Not Good" }).ShouldBeProblemAsync(400, "slug_invalid");
        var path = $"/api/v1/partners/{created.Id()}";
        using var admin = await shared.AddUserAsync(created.Id(), BuiltInRoles.PartnerAdmin);
        var place = await admin.AddOrganizationAsync();
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, admin, place.SiteId);
        var key = (await admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = place.SiteId }, 201)).Text("key");
        await shared.Server.Client.PostTextAsync("/api/v1/agents/enroll", System.Text.Json.JsonSerializer.Serialize(FakeAgent.Request(key))).ShouldBeProblemAsync(403, "device_limit_reached");
        using var socket = await agent.ConnectAsync();

        (await shared.Admin.SendJsonAsync("POST", $"{path}/suspend")).Text("status").ShouldBe("suspended");
        await admin.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        await agent.HeartbeatAsync();
        await shared.Admin.SendJsonAsync("POST", $"{path}/resume");
        await admin.GetJsonAsync("/api/v1/devices");

        await admin.PostJsonAsync("/api/v1/roles", new { name = "Theirs", scope = "partner", permissions = new[] { "devices:read" } }, 201);
        await shared.Admin.SendAsync("DELETE", path).ShouldBeProblemAsync(409, "partner_not_closed");
        await shared.Admin.SendAsync("POST", $"{path}/close", new { confirm = "Ärzte" }).ShouldBeProblemAsync(400, "confirmation_invalid");
        (await shared.Admin.SendJsonAsync("POST", $"{path}/close", new { confirm = "Ärzte & Söhne" })).Text("status").ShouldBe("closed");
        await admin.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        await agent.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401);
        await Should.ThrowAsync<Exception>(() => FakeAgent.ReceiveAsync(socket, "never"));

        await Http.ReadAsync(await shared.Admin.DeleteAsync(path, Token), 204);
        await shared.Admin.GetAsync(path, Token).ShouldBeProblemAsync(404, "partner_not_found");
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM devices WHERE partner_id = $1", created.Id())).ShouldBe(0);
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM audit_logs WHERE partner_id = $1 AND action = 'partner.deleted'", created.Id())).ShouldBe(1);
    }

    [Fact]
    public async Task The_platform_can_neither_suspend_nor_close_itself()
    {
        var path = $"/api/v1/partners/{await shared.PartnerIdAsync()}";
        await shared.Admin.SendAsync("POST", $"{path}/suspend").ShouldBeProblemAsync(409, "platform_partner");
        await shared.Admin.SendAsync("POST", $"{path}/close", new { confirm = "My MSP" }).ShouldBeProblemAsync(409, "platform_partner");
        await shared.Admin.GetJsonAsync("/api/v1/devices");
    }

    [Fact]
    public async Task A_partner_changes_its_own_settings_and_neither_its_limit_nor_its_status()
    {
        var theirs = await shared.AddPartnerAsync("Own");
        var changed = await theirs.Admin.SendJsonAsync("PATCH", "/api/v1/partner",
            new { name = "Renamed", metric_retention_days = 30, mass_command_limit = 10, max_devices = 5, status = "closed", is_platform = true });
        (changed.Text("name"), changed.GetProperty("metric_retention_days").GetInt32(), changed.GetProperty("mass_command_limit").GetInt32()).ShouldBe(("Renamed", 30, 10));
        (changed.Text("status"), changed.GetProperty("is_platform").GetBoolean(), changed.GetProperty("max_devices").ValueKind).ShouldBe(("active", false, System.Text.Json.JsonValueKind.Null));
        await theirs.Admin.SendAsync("PATCH", "/api/v1/partner", new { metric_retention_days = 0 }).ShouldBeProblemAsync(400, "metric_retention_days_invalid");
        using var viewer = await shared.AddUserAsync(theirs.PartnerId, BuiltInRoles.PartnerViewer);
        await viewer.SendAsync("PATCH", "/api/v1/partner", new { name = "No" }).ShouldBeProblemAsync(403, "forbidden");
    }
}
