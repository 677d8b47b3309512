using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>Rules of consent, and what the server makes of a session under them. Each test has a company of its own, so that nobody else is asked.</summary>
public sealed class ConsentTests(SharedServer shared)
{
    const string Rules = "/api/v1/remote/consent";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rules_are_an_administrators_and_say_what_is_wrong_with_them()
    {
        var company = await shared.AddPartnerAsync("Contoso IT");
        (await company.Admin.GetJsonAsync(Rules)).GetProperty("rules").GetArrayLength().ShouldBe(0);
        var stored = await PutAsync(company.Admin, new { mode = "silent", device_type = "server" }, new { mode = "ask", organization_id = company.OrganizationId, kind = "files", timeout_seconds = 60, on_timeout = "allow", when_nobody = "deny" });
        stored.GetProperty("rules").GetArrayLength().ShouldBe(2);
        var (usual, own) = (stored.GetProperty("rules")[0], stored.GetProperty("rules")[1]);
        (usual.Text("mode"), usual.Text("device_type"), usual.GetProperty("timeout_seconds").GetInt32(), usual.Text("on_timeout"), usual.Text("when_nobody")).ShouldBe(("silent", "server", 30, "deny", "allow"));
        (own.GetProperty("organization_id").GetGuid(), own.Text("kind"), own.Text("on_timeout"), own.Text("when_nobody")).ShouldBe((company.OrganizationId, "files", "allow", "deny"));

        foreach (var (rule, code) in ((object, string)[])
        [
            (new { mode = "perhaps" }, "mode_invalid"), (new { kind = "files" }, "mode_invalid"), (new { mode = "ask", kind = "telepathy" }, "kind_invalid"), (new { mode = "ask", device_type = "toaster" }, "device_type_invalid"),
            (new { mode = "ask", timeout_seconds = 9 }, "timeout_seconds_invalid"), (new { mode = "ask", timeout_seconds = 301 }, "timeout_seconds_invalid"), (new { mode = "ask", on_timeout = "maybe" }, "on_timeout_invalid"),
            (new { mode = "ask", when_nobody = "maybe" }, "when_nobody_invalid"),
        ])
        {
            await SendAsync(company.Admin, rule).ShouldBeProblemAsync(400, code);
        }
        await SendAsync(company.Admin, new { mode = "ask" }, new { mode = "silent" }).ShouldBeProblemAsync(400, "rules_ambiguous");
        await company.Admin.PutAsync(Rules, new StringContent("{}", Encoding.UTF8, "application/json"), Token).ShouldBeProblemAsync(400, "rules_invalid");
        await SendAsync(company.Admin, new { mode = "ask", organization_id = shared.OrganizationId }).ShouldBeProblemAsync(404, "organization_not_found");
        (await company.Admin.GetJsonAsync(Rules)).GetProperty("rules").GetArrayLength().ShouldBe(2);

        using var technician = await shared.AddUserAsync(company.PartnerId, BuiltInRoles.PartnerTechnician);
        await technician.GetAsync(Rules, Token).ShouldBeProblemAsync(403, "forbidden");
        await SendAsync(technician, new { mode = "silent" }).ShouldBeProblemAsync(403, "forbidden");
        using var other = (await shared.AddPartnerAsync("Elsewhere")).Admin;
        (await other.GetJsonAsync(Rules)).GetProperty("rules").GetArrayLength().ShouldBe(0);

        (await PutAsync(company.Admin)).GetProperty("rules").GetArrayLength().ShouldBe(0);
        (await company.Admin.GetJsonAsync("/api/v1/audit?limit=50")).GetProperty("data").EnumerateArray().Count(e => e.Text("action") == "remote_consent.changed").ShouldBe(2);
    }

    [Fact]
    public async Task A_session_carries_what_held_when_it_was_asked_for_and_keeps_the_devices_answer_and_nobody_elses()
    {
        var company = await shared.AddPartnerAsync("Contoso\u202E IT");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, company.Admin, company.SiteId, "FRONT-DESK");
        await agent.HeartbeatAsync();
        await Http.ReadAsync(await agent.Client.PutAsync($"/api/v1/agents/{agent.Id}/inventory/hardware", new StringContent("""{"chassis":"laptop"}""", Encoding.UTF8, "application/json"), Token), 204);
        await PutAsync(company.Admin, new { mode = "silent" }, new { mode = "ask", device_type = "laptop", kind = "terminal", timeout_seconds = 45, on_timeout = "allow", when_nobody = "deny" });
        var (id, ticket) = await SessionBed.AskAsync(company.Admin, agent);
        // What is decided later is for the next session.
        await PutAsync(company.Admin, new { mode = "silent" });

        using var browser = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        (await FakeAgent.ReceiveAsync(browser, "session")).GetProperty("session").Text("device").ShouldBe("FRONT-DESK");
        using var device = await agent.ConnectAsync(id);
        var offer = (await FakeAgent.ReceiveAsync(device, "session")).GetProperty("session");
        offer.Text("company").ShouldBe("Contoso IT");
        var terms = offer.GetProperty("consent");
        (terms.Text("mode"), terms.GetProperty("timeout_seconds").GetInt32(), terms.Text("on_timeout"), terms.Text("when_nobody")).ShouldBe(("ask", 45, "allow", "deny"));
        await FakeAgent.ReceiveAsync(device, "peer");
        await FakeAgent.ReceiveAsync(browser, "peer");

        // A browser that says that somebody has allowed it says nothing: the device hears the next thing, and nothing is kept.
        await SessionBed.SayAsync(browser, new { type = "consent", consent = new { answer = "allowed", person = "Mallory" } });
        await SessionBed.SayAsync(browser, new { type = "transport", transport = "relay" });
        (await NextAsync(device)).Text("type").ShouldBe("transport");
        (await company.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).GetProperty("consent").ValueKind.ShouldBe(JsonValueKind.Null);

        await SessionBed.SayAsync(device, new { type = "consent", consent = new { answer = "asking", person = "Maria\u202E\n" + new string('x', 500), seconds = 99_999 } });
        var asking = (await FakeAgent.ReceiveAsync(browser, "consent")).GetProperty("consent");
        asking.Text("person").ShouldStartWith("Mariaxx");
        (asking.Text("answer"), asking.Text("person").Length, asking.GetProperty("seconds").GetInt32()).ShouldBe(("asking", 100, 300));
        await SessionBed.SayAsync(device, new { type = "consent", consent = new { answer = "surely" } });
        await SessionBed.SayAsync(device, new { type = "consent" });
        await SessionBed.SayAsync(device, new { type = "consent", consent = new { answer = "denied", person = "Maria" } });
        (await FakeAgent.ReceiveAsync(browser, "consent")).GetProperty("consent").Text("answer").ShouldBe("denied");
        // Only the first answer is kept.
        await SessionBed.SayAsync(device, new { type = "consent", consent = new { answer = "allowed" } });
        (await FakeAgent.ReceiveAsync(browser, "consent")).GetProperty("consent").Text("answer").ShouldBe("allowed");
        await SessionBed.SayAsync(device, new { type = "end", reason = "not_allowed", message = "Maria did not allow it." });
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("message").ShouldBe("Maria did not allow it.");
        var row = await company.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}");
        (row.Text("consent_mode"), row.Text("consent"), row.Text("status"), row.Text("end_reason")).ShouldBe(("ask", "denied", "refused", "not_allowed"));
        var entry = (await company.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}&limit=50")).GetProperty("data").EnumerateArray().Where(e => e.Text("action") == "remote.consent_answered").ShouldHaveSingleItem();
        (entry.GetProperty("detail").Text("answer"), entry.GetProperty("detail").Text("person"), entry.GetProperty("detail").Text("reported_by")).ShouldBe(("denied", "Maria", "device"));

        var (next, _) = await SessionBed.AskAsync(company.Admin, agent);
        (await company.Admin.GetJsonAsync($"/api/v1/remote/sessions/{next}")).Text("consent_mode").ShouldBe("silent");
    }

    [Fact]
    public async Task The_page_adds_changes_and_removes_rules_and_is_for_administrators()
    {
        var company = await shared.AddPartnerAsync("Contoso IT");
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerAdmin, company.PartnerId);
        using var pages = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        (await TextAsync()).ShouldContain("the person at the device is told");
        (await SaveAsync(("Input.Mode", "ask"), ("Input.Kind", "desktop"), ("Input.TimeoutSeconds", "45"), ("Input.OnTimeout", "deny"), ("Input.WhenNobody", "allow"))).ShouldBe(302);
        (await SaveAsync(("Input.Mode", "notify"), ("Input.Kind", "desktop"), ("Input.TimeoutSeconds", "45"), ("Input.OnTimeout", "deny"), ("Input.WhenNobody", "allow"))).ShouldBe(302);
        (await SaveAsync(("Input.Mode", "ask"), ("Input.TimeoutSeconds", "5"))).ShouldBe(422);
        var rule = (await company.Admin.GetJsonAsync(Rules)).GetProperty("rules").EnumerateArray().ShouldHaveSingleItem();
        (rule.Text("mode"), rule.Text("kind")).ShouldBe(("notify", "desktop"));
        var text = await TextAsync();
        var id = System.Text.RegularExpressions.Regex.Match(text, "name=\"rule\" value=\"([0-9a-f-]{36})\"").Groups[1].Value;
        (await pages.SendAsync("/settings/consent", "?handler=Remove", ("rule", id))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Redirect);
        (await company.Admin.GetJsonAsync(Rules)).GetProperty("rules").GetArrayLength().ShouldBe(0);

        async Task<string> TextAsync()
        {
            using var response = await pages.GetAsync("/settings/consent");
            response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
            return await response.Content.ReadAsStringAsync(Token);
        }

        async Task<int> SaveAsync(params (string, string)[] fields)
        {
            using var response = await pages.SendAsync("/settings/consent", "?handler=Save", fields);
            return (int)response.StatusCode;
        }
    }

    static Task<HttpResponseMessage> SendAsync(HttpClient client, params object[] rules) =>
        client.PutAsync(Rules, new StringContent(JsonSerializer.Serialize(new { rules }), Encoding.UTF8, "application/json"), Token);

    static async Task<JsonElement> PutAsync(HttpClient client, params object[] rules) => await Http.ReadAsync(await SendAsync(client, rules), 200);

    static async Task<JsonElement> NextAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        return JsonElement.Parse(buffer.AsSpan(0, received.Count));
    }
}
