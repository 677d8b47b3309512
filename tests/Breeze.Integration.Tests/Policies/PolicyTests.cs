using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.People;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Policies;

/// <summary>Policies over the API: who keeps them, what is refused, and who is told of which devices.</summary>
public sealed class PolicyTests(SharedServer shared)
{
    const string Path = "/api/v1/policies";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_policy_is_kept_with_a_version_for_each_change_is_switched_off_and_goes()
    {
        var name = NewName();
        var made = await shared.Admin.PostJsonAsync(Path, Policy(name, "HOSTNAME = nobody"), 201);
        var path = $"{Path}/{made.Id()}";
        (made.Text("name"), made.Text("target"), made.GetProperty("version").GetInt32(), made.GetProperty("enabled").GetBoolean()).ShouldBe((name, "hostname = \"nobody\"", 1, true));
        made.GetProperty("checked_at").ValueKind.ShouldBe(JsonValueKind.String, "it is judged as soon as it is saved");
        (await shared.Admin.PutJsonAsync(path, Policy(name, "hostname = \"nobody\""))).GetProperty("version").GetInt32().ShouldBe(1, "nothing is changed");
        (await shared.Admin.PutJsonAsync(path, Policy(name, "hostname = \"no one\"", version: 1))).GetProperty("version").GetInt32().ShouldBe(2);
        await shared.Admin.SendAsync("PUT", path, Policy(name, "", version: 1)).ShouldBeProblemAsync(409, "policy_changed");
        (await shared.Admin.PutJsonAsync(path, Policy(name, "hostname = \"no one\"", enabled: false))).GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await shared.Admin.PutJsonAsync(path, Policy(name, "hostname = \"no one\"", enabled: true))).GetProperty("version").GetInt32().ShouldBe(4);
        (await shared.Admin.GetJsonAsync($"{Path}?name={name.ToUpperInvariant()}")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Id().ShouldBe(made.Id());
        await shared.Admin.SendAsync("POST", Path, Policy(name)).ShouldBeProblemAsync(409, "name_taken");
        await shared.Admin.RemoveAsync(path);
        await shared.Admin.SendAsync("GET", path).ShouldBeProblemAsync(404, "policy_not_found");
        await shared.Admin.SendAsync("GET", $"{path}/devices").ShouldBeProblemAsync(404, "policy_not_found");
        (await ServerDatabase.ReadAsync<string>(shared.Server, "SELECT string_agg(action, ',' ORDER BY sequence) FROM audit_logs WHERE target_kind = 'policy' AND target_id = $1", made.Id().ToString()))
            .ShouldBe("policy.created,policy.changed,policy.disabled,policy.enabled,policy.deleted");
    }

    [Theory]
    [InlineData("""{"name": " "}""", "name_invalid")]
    [InlineData("""{"description": "a\u0000b"}""", "description_invalid")]
    [InlineData("""{"target": "hostnam = \"x\""}""", "target_invalid")]
    [InlineData("""{"target": "compliance(\"x\") = \"failed\""}""", "target_invalid")]
    [InlineData("""{"checks": null}""", "checks_invalid")]
    [InlineData("""{"checks": []}""", "checks_invalid")]
    [InlineData("""{"checks": [null]}""", "checks_invalid")]
    [InlineData("""{"checks": [{"name": "", "condition": "live"}]}""", "checks_invalid")]
    [InlineData("""{"checks": [{"name": "A", "condition": ""}]}""", "checks_invalid")]
    [InlineData("""{"checks": [{"name": "A", "condition": "live and"}]}""", "checks_invalid")]
    [InlineData("""{"checks": [{"name": "A", "condition": "live"}, {"name": "a ", "condition": "live"}]}""", "checks_invalid")]
    [InlineData("""{"organization_id": "00000000-0000-0000-0000-000000000001"}""", "organization_not_found")]
    public async Task What_cannot_be_is_refused_with_what_to_do(string change, string code)
    {
        var body = new Dictionary<string, object?> { ["name"] = NewName(), ["checks"] = new[] { new { name = "Live", condition = "live" } } };
        foreach (var member in JsonElement.Parse(change).EnumerateObject())
        {
            body[member.Name] = member.Value;
        }
        await shared.Admin.SendAsync("POST", Path, body).ShouldBeProblemAsync(code == "organization_not_found" ? 404 : 400, code);
        if (code is "target_invalid" or "checks_invalid")
        {
            await shared.Admin.SendAsync("POST", $"{Path}/preview", body).ShouldBeProblemAsync(400, code);
        }
    }

    [Fact]
    public async Task To_write_one_takes_the_permission_and_the_reach_and_to_read_one_what_viewers_have()
    {
        var tenant = await shared.AddPartnerAsync("Desiring");
        var made = await tenant.Admin.PostJsonAsync(Path, Policy("everybody's"), 201);
        var path = $"{Path}/{made.Id()}";
        using var viewer = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer)).Client;
        await viewer.GetJsonAsync(path);
        await viewer.GetJsonAsync($"{path}/devices?status=drifted");
        await viewer.SendAsync("GET", $"{path}/devices?status=wrong").ShouldBeProblemAsync(400, "status_invalid");
        await viewer.SendAsync("GET", $"{path}/devices?cursor=!").ShouldBeProblemAsync(400, "invalid_cursor");
        using var technician = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician)).Client;
        await technician.SendAsync("PUT", path, Policy("mine")).ShouldBeProblemAsync(403, "forbidden");

        // An organization's administrator sees the partner's and writes the organization's.
        using var local = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId)).Client;
        await local.GetJsonAsync(path);
        await local.SendAsync("PUT", path, Policy("mine")).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.SendAsync("DELETE", path).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.SendAsync("POST", Path, Policy("wide")).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.PostJsonAsync(Path, Policy("everybody's", organization: tenant.OrganizationId), 201);
        using var sited = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId, sites: [tenant.SiteId])).Client;
        await sited.SendAsync("POST", Path, Policy("one site's", organization: tenant.OrganizationId)).ShouldBeProblemAsync(403, "reach_too_narrow");
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task Everybody_is_told_of_the_devices_within_their_reach_and_of_no_others()
    {
        var tenant = await shared.AddPartnerAsync("Counting");
        var branch = await tenant.Admin.AddSiteAsync(tenant.OrganizationId, "Branch");
        var elsewhere = await tenant.Admin.AddOrganizationAsync();
        foreach (var (site, name) in new[] { (tenant.SiteId, "b-main"), (branch, "a-branch"), (branch, "c-branch"), (elsewhere.SiteId, "d-elsewhere") })
        {
            using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, site, name);
            await agent.HeartbeatAsync();
        }
        using (var silent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, branch, "e-silent"))
        {
            silent.Id.ShouldNotBe(Guid.Empty);
        }
        object[] checks = [new { name = "Central", condition = "not hostname contains \"branch\"" }, new { name = "Named", condition = "hostname is not empty" }];
        var policy = await tenant.Admin.PostJsonAsync(Path, new { name = "Central", checks }, 201);
        var path = $"{Path}/{policy.Id()}";
        Counts(policy).ShouldBe((2, 2, 1));
        Counts(await tenant.Admin.GetJsonAsync(path)).ShouldBe((2, 2, 1));
        using var local = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId)).Client;
        Counts(await local.GetJsonAsync(path)).ShouldBe((1, 2, 1));
        using var sited = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId, sites: [branch])).Client;
        Counts(await sited.GetJsonAsync(path)).ShouldBe((0, 2, 1));
        Counts((await sited.GetJsonAsync(Path)).GetProperty("data")[0]).ShouldBe((0, 2, 1));

        // The same before it is saved, and in lists.
        var preview = await sited.PostJsonAsync($"{Path}/preview", new { checks });
        (preview.GetProperty("total").GetInt32(), preview.GetProperty("drifted").GetInt32(), preview.GetProperty("unknown").GetInt32()).ShouldBe((3, 2, 1));
        (await tenant.Admin.PostJsonAsync($"{Path}/preview", new { checks, target = "hostname contains \"branch\"", organization_id = tenant.OrganizationId })).GetProperty("drifted").GetInt32().ShouldBe(2);
        (await NamesAsync(sited, path, "")).ShouldBe(["a-branch", "c-branch", "e-silent"]);
        (await NamesAsync(tenant.Admin, path, "")).ShouldBe(["a-branch", "b-main", "c-branch", "d-elsewhere", "e-silent"]);
        (await NamesAsync(tenant.Admin, path, "&status=drifted")).ShouldBe(["a-branch", "c-branch"]);
        (await NamesAsync(local, path, "&status=compliant")).ShouldBe(["b-main"]);
        var drifted = (await tenant.Admin.GetJsonAsync($"{path}/devices?status=drifted&limit=1")).GetProperty("data")[0];
        drifted.GetProperty("drifted").EnumerateArray().Select(c => c.GetString()).ShouldBe(["Central"]);
        var stranger = await shared.AddPartnerAsync("Stranger");
        await stranger.Admin.SendAsync("GET", $"{path}/devices").ShouldBeProblemAsync(404, "policy_not_found");
        (await stranger.Admin.PostJsonAsync($"{Path}/preview", new { checks, organization_id = tenant.OrganizationId })).GetProperty("total").GetInt32().ShouldBe(0);
        stranger.Admin.Dispose();
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task A_device_that_drifts_by_its_heartbeat_is_seen_by_the_server_itself_and_a_rule_fires()
    {
        var tenant = await shared.AddPartnerAsync("Drifting");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId, "drifter");
        await agent.HeartbeatAsync(new() { ["system.memory.utilization"] = 0.5 });
        var policy = await tenant.Admin.PostJsonAsync(Path, new { name = "Room \"to\" work", checks = new[] { new { name = "Memory", condition = "memory.percent < 90" } } }, 201);
        policy.GetProperty("counts").GetProperty("compliant").GetInt32().ShouldBe(1);
        var rule = await tenant.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Drift", severity = "error", condition = "compliance(\"Room \\\"to\\\" work\") = \"drifted\"" }, 201);
        await agent.HeartbeatAsync(new() { ["system.memory.utilization"] = 0.95 });
        await Http.UntilAsync(async () => await NamesAsync(tenant.Admin, $"{Path}/{policy.Id()}", "&status=drifted") is ["drifter"], TimeSpan.FromMinutes(2));
        await Http.UntilAsync(async () => await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM alerts WHERE rule_id = $1 AND status = 'firing'", rule.Id()) == 1, TimeSpan.FromMinutes(2));
        tenant.Admin.Dispose();
    }

    static string NewName() => $"policy-{Guid.NewGuid():n}";

    static object Policy(string name, string target = "", int? version = null, bool? enabled = null, Guid? organization = null) =>
        new { name, target, enabled, version, organization_id = organization, checks = new[] { new { name = "Named", condition = "hostname is not empty" } } };

    static (int Compliant, int Drifted, int Unknown) Counts(JsonElement policy) =>
        (policy.GetProperty("counts").GetProperty("compliant").GetInt32(), policy.GetProperty("counts").GetProperty("drifted").GetInt32(), policy.GetProperty("counts").GetProperty("unknown").GetInt32());

    /// <summary>All devices of the list, two at a time.</summary>
    static async Task<List<string>> NamesAsync(HttpClient client, string path, string filter)
    {
        List<string> names = [];
        for (var cursor = ""; ;)
        {
            var page = await client.GetJsonAsync($"{path}/devices?limit=2{filter}{cursor}");
            names.AddRange(page.GetProperty("data").EnumerateArray().Select(d => d.Text("name")));
            if (page.GetProperty("next_cursor").ValueKind == JsonValueKind.Null)
            {
                return names;
            }
            cursor = $"&cursor={page.Text("next_cursor")}";
        }
    }
}
