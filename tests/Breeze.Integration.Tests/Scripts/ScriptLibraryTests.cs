using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Conditions;
using Breeze.Integration.Tests.Bulk;
using Breeze.Integration.Tests.People;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Scripts;

/// <summary>Stored scripts over the API: who keeps them, what is refused, and what is written of each run.</summary>
public sealed class ScriptLibraryTests(SharedServer shared)
{
    const string Path = "/api/v1/scripts";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_script_is_kept_with_a_version_for_each_change_and_goes()
    {
        var name = NewName();
        var made = await shared.Admin.PostJsonAsync(Path, Script(name, content: "echo one\r\nexit 0\r\n"), 201);
        var path = $"{Path}/{made.Id()}";
        (made.Text("name"), made.Text("content"), made.GetProperty("version").GetInt32(), made.GetProperty("timeout_seconds").GetInt32()).ShouldBe((name, "echo one\nexit 0\n", 1, 300));
        (await shared.Admin.PutJsonAsync(path, Script(name, content: "echo one\nexit 0\n"))).GetProperty("version").GetInt32().ShouldBe(1, "nothing is changed");
        var saved = await shared.Admin.PutJsonAsync(path, Script(name, content: "echo two", version: 1));
        (saved.GetProperty("version").GetInt32(), saved.Text("content")).ShouldBe((2, "echo two"));
        await shared.Admin.SendAsync("PUT", path, Script(name, content: "echo late", version: 1)).ShouldBeProblemAsync(409, "script_changed");
        var listed = (await shared.Admin.GetJsonAsync($"{Path}?name={name.ToUpperInvariant()}")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        (listed.Id(), listed.GetProperty("content").ValueKind, listed.GetProperty("last_run_at").ValueKind).ShouldBe((made.Id(), JsonValueKind.Null, JsonValueKind.Null));
        await shared.Admin.RemoveAsync(path);
        await shared.Admin.SendAsync("GET", path).ShouldBeProblemAsync(404, "script_not_found");
        (await ScalarAsync("SELECT string_agg(action, ',' ORDER BY sequence) FROM audit_logs WHERE target_kind = 'script' AND target_id = $1", made.Id().ToString())).ShouldBe("script.created,script.changed,script.deleted");
        (await ScalarAsync("SELECT string_agg(detail::text, ' ') FROM audit_logs WHERE target_kind = 'script' AND target_id = $1", made.Id().ToString()))
            .ShouldSatisfyAllConditions(d => d.ShouldContain(Hash("echo two")), d => d.ShouldNotContain("echo two"));
    }

    [Theory]
    [InlineData("""{"name": " "}""", "name_invalid")]
    [InlineData("""{"content": " \n"}""", "content_invalid")]
    [InlineData("""{"content": "a\u0000b"}""", "content_invalid")]
    [InlineData("""{"runtime": "cobol"}""", "runtime_unknown")]
    [InlineData("""{"runtime": null}""", "runtime_unknown")]
    [InlineData("""{"timeout_seconds": 0}""", "timeout_invalid")]
    [InlineData("""{"timeout_seconds": 86401}""", "timeout_invalid")]
    [InlineData("""{"parameters": [{"name": "1x"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A"}, {"name": "A"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "type": "date"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "type": "choice"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "type": "choice", "choices": ["x"], "default": "y"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "type": "number", "default": "many"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "type": "boolean", "default": "yes"}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A", "default": {}}]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [null]}""", "script_parameters_invalid")]
    [InlineData("""{"parameters": [{"name": "A\n"}]}""", "script_parameters_invalid")]
    [InlineData("""{"organization_id": "00000000-0000-0000-0000-000000000001"}""", "organization_not_found")]
    public async Task What_cannot_be_is_refused_with_what_to_do(string change, string code)
    {
        var body = new Dictionary<string, object?> { ["name"] = NewName(), ["runtime"] = "bash", ["content"] = "true" };
        foreach (var member in JsonElement.Parse(change).EnumerateObject())
        {
            body[member.Name] = member.Value;
        }
        await shared.Admin.SendAsync("POST", Path, body).ShouldBeProblemAsync(code == "organization_not_found" ? 404 : 400, code);
    }

    [Fact]
    public async Task A_script_has_a_MiB_at_most_and_a_name_of_its_own_on_its_level()
    {
        await shared.Admin.SendAsync("POST", Path, Script(NewName(), content: new string('x', (1 << 20) + 1))).ShouldBeProblemAsync(400, "content_invalid");
        var name = NewName();
        var made = await shared.Admin.PostJsonAsync(Path, Script(name, content: new string('x', 1 << 20)), 201);
        await shared.Admin.SendAsync("POST", Path, Script(name)).ShouldBeProblemAsync(409, "name_taken");
        var own = await shared.Admin.PostJsonAsync(Path, Script(name, organization: shared.OrganizationId), 201);
        await shared.Admin.SendAsync("POST", Path, Script(name, organization: shared.OrganizationId)).ShouldBeProblemAsync(409, "name_taken");
        var other = await shared.Admin.PostJsonAsync(Path, Script(NewName()), 201);
        await shared.Admin.SendAsync("PUT", $"{Path}/{other.Id()}", Script(name)).ShouldBeProblemAsync(409, "name_taken");
        foreach (var script in new[] { made, own, other })
        {
            await shared.Admin.RemoveAsync($"{Path}/{script.Id()}");
        }
    }

    [Fact]
    public async Task To_write_one_takes_the_permission_the_reach_and_a_fresh_confirmation_that_a_key_cannot_give()
    {
        var tenant = await shared.AddPartnerAsync("Writing");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerAdmin);
        var made = await person.Client.PostJsonAsync(Path, Script("mine"), 201);
        var path = $"{Path}/{made.Id()}";
        var key = (await person.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Scripts", permissions = new[] { "scripts:read", "scripts:write" } }, 201)).Text("key");
        using (var program = shared.Server.ClientWith(key))
        {
            await program.GetJsonAsync(path);
            await program.SendAsync("POST", Path, Script("by a key")).ShouldBeProblemAsync(403, "step_up_impossible");
            await program.SendAsync("PUT", path, Script("mine", content: "rm")).ShouldBeProblemAsync(403, "step_up_impossible");
            await program.SendAsync("DELETE", path).ShouldBeProblemAsync(403, "step_up_impossible");
        }
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = $1 RETURNING user_id", person.Id);
        await person.Client.SendAsync("POST", Path, Script("later")).ShouldBeProblemAsync(403, "step_up_required");
        await person.Client.SendAsync("PUT", path, Script("mine", content: "rm")).ShouldBeProblemAsync(403, "step_up_required");
        await person.Client.PostJsonAsync("/api/v1/auth/step-up", new { password = ServerProcess.AdminPassword }, 200);
        (await person.Client.PutJsonAsync(path, Script("mine", content: "id"))).GetProperty("version").GetInt32().ShouldBe(2);

        using var technician = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician)).Client;
        await technician.GetJsonAsync(path);
        await technician.SendAsync("PUT", path, Script("mine")).ShouldBeProblemAsync(403, "forbidden");
        using var viewer = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer)).Client;
        await viewer.SendAsync("GET", path).ShouldBeProblemAsync(403, "forbidden");

        // An organization's administrator sees the partner's and writes the organization's.
        using var local = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId)).Client;
        await local.GetJsonAsync(path);
        await local.SendAsync("PUT", path, Script("mine", content: "rm")).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.SendAsync("DELETE", path).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.SendAsync("POST", Path, Script("wide")).ShouldBeProblemAsync(403, "reach_too_narrow");
        await local.PostJsonAsync(Path, Script("narrow", organization: tenant.OrganizationId), 201);
        using var sited = (await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId, sites: [tenant.SiteId])).Client;
        await sited.SendAsync("POST", Path, Script("one site's", organization: tenant.OrganizationId)).ShouldBeProblemAsync(403, "reach_too_narrow");
        person.Client.Dispose();
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task A_run_is_written_with_its_command_and_the_hash_of_what_ran()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync();
        object[] parameters =
        [
            new { name = "FOLDER", required = true }, new { name = "DAYS", type = "number", @default = 7 }, new { name = "DRY", type = "boolean" }, new { name = "LEVEL", type = "choice", choices = new[] { "low", "high" }, @default = "low" },
        ];
        var script = await shared.Admin.PostJsonAsync(Path, Script(NewName(), content: "ls \"$FOLDER\"", parameters: parameters, timeout: 77), 201);
        var execute = $"{Path}/{script.Id()}/execute";
        foreach (var (values, said) in new[]
        {
            ("null", "FOLDER"), ("""{"FOLDER": ""}""", "FOLDER"), ("""{"FOLDER": "/", "OTHER": 1}""", "OTHER"), ("""{"FOLDER": "/", "DAYS": "soon"}""", "a number"), ("""{"FOLDER": "/", "DRY": 1}""", "true or false"),
            ("""{"FOLDER": "/", "LEVEL": "middle"}""", "one of low, high"), ("""{"FOLDER": "a\u0000b"}""", "a text"), ("""{"FOLDER": ["/"]}""", "a text"), ("[1]", "an object"),
        })
        {
            (await shared.Admin.SendAsync("POST", execute, Ask(values)).ShouldBeProblemAsync(400, "script_parameters_invalid")).ShouldContain(said);
        }
        await shared.Admin.SendAsync("POST", execute, new { device_ids = Array.Empty<Guid>() }).ShouldBeProblemAsync(400, "device_ids_invalid");
        await shared.Admin.SendAsync("POST", execute, Ask("""{"FOLDER": "/"}""", timeout: 0)).ShouldBeProblemAsync(400, "timeout_invalid");
        await shared.Admin.SendAsync("POST", execute, Ask("""{"FOLDER": "/"}""", device: Guid.NewGuid())).ShouldBeProblemAsync(404, "device_not_found");
        (await ScalarAsync("SELECT count(*) FROM script_executions WHERE script_id = $1", script.Id())).ShouldBe("0");

        var started = await shared.Admin.PostJsonAsync(execute, Ask("""{"FOLDER": "$(reboot)", "DRY": true}"""), 202);
        var command = started.GetProperty("commands").EnumerateArray().ShouldHaveSingleItem();
        command.GetProperty("device_id").GetGuid().ShouldBe(agent.Id);
        var id = command.GetProperty("command_id").GetGuid();
        var fetched = (await agent.HeartbeatAsync()).GetProperty("commands")[0];
        (fetched.Id(), fetched.GetProperty("timeout_seconds").GetInt32(), fetched.GetProperty("payload").Text("content"), fetched.GetProperty("payload").Text("runtime")).ShouldBe((id, 77, "ls \"$FOLDER\"", "bash"));
        fetched.GetProperty("payload").GetProperty("parameters").EnumerateObject().OrderBy(p => p.Name).Select(p => $"{p.Name}={p.Value.GetString()}").ShouldBe(["DAYS=7", "DRY=true", "FOLDER=$(reboot)", "LEVEL=low"]);
        (await ScalarAsync("SELECT script_id || ' ' || version || ' ' || runtime || ' ' || encode(content_sha256, 'hex') || ' ' || (created_by IS NOT NULL) FROM script_executions WHERE command_id = $1", id))
            .ShouldBe($"{script.Id()} 1 bash {Hash("ls \"$FOLDER\"")} true");
        (await ScalarAsync("SELECT detail::text FROM audit_logs WHERE action = 'script.started' AND target_id = $1", script.Id().ToString()))
            .ShouldSatisfyAllConditions(d => d.ShouldContain(id.ToString()), d => d.ShouldContain("FOLDER"), d => d.ShouldNotContain("reboot", Case.Sensitive, "a value may be a secret"));
        await agent.ResultAsync(id, exitCode: 3);
        (await shared.Admin.GetJsonAsync($"{Path}/{script.Id()}")).GetProperty("last_run_at").ValueKind.ShouldBe(JsonValueKind.String);

        // What is written for the occasion is no run of a stored script.
        var adHoc = await shared.Admin.QueueScriptAsync(agent.Id);
        (await ScalarAsync("SELECT count(*) FROM script_executions WHERE command_id = $1", adHoc)).ShouldBe("0");
        await shared.Admin.RemoveAsync($"{Path}/{script.Id()}");
        (await ScalarAsync("SELECT count(*) FROM script_executions WHERE command_id = $1 AND script_id IS NULL", id)).ShouldBe("1", "what ran stays known");
        await agent.HeartbeatAsync();

        object Ask(string values, Guid? device = null, int? timeout = null) => new { device_ids = new[] { device ?? agent.Id }, parameters = JsonElement.Parse(values), timeout_seconds = timeout };
    }

    [Fact]
    public async Task On_several_devices_it_is_a_bulk_action_that_runs_what_was_there_or_nothing()
    {
        var tenant = await shared.AddPartnerAsync("Several");
        await using var system = await shared.Database.System.OpenConnectionAsync(Token);
        var devices = await Actions.SeedAsync(system, tenant.SiteId, 60);
        var script = await tenant.Admin.PostJsonAsync(Path, Script("everywhere"), 201);
        var started = await tenant.Admin.PostJsonAsync($"{Path}/{script.Id()}/execute", new { device_ids = devices[..2] }, 202);
        (started.GetProperty("total").GetInt32(), started.GetProperty("commands").GetArrayLength()).ShouldBe((2, 0));
        var action = await tenant.Admin.EndedAsync(started.GetProperty("action_id").GetGuid());
        (action.Text("title"), action.GetProperty("done").GetInt32(), action.GetProperty("failed").GetInt32()).ShouldBe(("Run everywhere", 2, 0));
        (await ScalarAsync("SELECT count(*) FROM script_executions x JOIN device_commands c ON c.id = x.command_id AND c.type = 'script' WHERE x.script_id = $1 AND x.version = 1", script.Id())).ShouldBe("2");

        // Many take a confirmation, which a key cannot give.
        var key = (await tenant.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Runs", permissions = new[] { "devices:read", "devices:command", "scripts:run", "scripts:read" } }, 201)).Text("key");
        using var program = shared.Server.ClientWith(key);
        await program.SendAsync("POST", $"{Path}/{script.Id()}/execute", new { device_ids = devices }).ShouldBeProblemAsync(403, "step_up_impossible");
        (await program.PostJsonAsync($"{Path}/{script.Id()}/execute", new { device_ids = devices[..1] }, 202)).GetProperty("commands").GetArrayLength().ShouldBe(1);

        // The script of an organization runs on its devices alone.
        var (otherOrganization, otherSite) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await ScalarAsync("WITH o AS (INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, 'Other') RETURNING id) INSERT INTO sites (id, partner_id, organization_id, name) SELECT $3, $2, id, 'Other' FROM o", otherOrganization, tenant.PartnerId, otherSite);
        var elsewhere = (await Actions.SeedAsync(system, otherSite, 1))[0];
        var own = await tenant.Admin.PostJsonAsync(Path, Script("local", organization: tenant.OrganizationId), 201);
        await tenant.Admin.SendAsync("POST", $"{Path}/{own.Id()}/execute", new { device_ids = new[] { elsewhere } }).ShouldBeProblemAsync(409, "script_of_other_organization");
        var both = await tenant.Admin.EndedAsync((await tenant.Admin.PostJsonAsync($"{Path}/{own.Id()}/execute", new { device_ids = new[] { elsewhere, devices[0] } }, 202)).GetProperty("action_id").GetGuid());
        (both.GetProperty("done").GetInt32(), both.GetProperty("skipped").GetInt32()).ShouldBe((2, 1));
        (await ScalarAsync("SELECT count(*) FROM device_commands WHERE device_id = $1", elsewhere)).ShouldBe("0");
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task To_run_one_takes_the_permissions_and_the_reach_of_script_and_device()
    {
        var tenant = await shared.AddPartnerAsync("Running");
        await using var system = await shared.Database.System.OpenConnectionAsync(Token);
        var device = (await Actions.SeedAsync(system, tenant.SiteId, 1))[0];
        var script = await tenant.Admin.PostJsonAsync(Path, Script("anything"), 201);
        var run = new { device_ids = new[] { device } };
        var role = (await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Runs blindly", scope = "partner", permissions = new[] { "devices:read", "devices:command", "scripts:run" } }, 201)).Id();
        using var blind = (await Person.AddAsync(shared, tenant.PartnerId, role)).Client;
        (await blind.SendAsync("POST", $"{Path}/{script.Id()}/execute", run).ShouldBeProblemAsync(403, "forbidden")).ShouldContain("scripts:read");
        await blind.SendAsync("POST", Actions.Path, new { kind = "script.run_stored", parameters = new { script_id = script.Id() }, run.device_ids }).ShouldBeProblemAsync(403, "forbidden");
        await shared.Admin.SendAsync("POST", $"{Path}/{script.Id()}/execute", run).ShouldBeProblemAsync(404, "script_not_found");
        var ours = await shared.Admin.PostJsonAsync(Path, Script(NewName()), 201);
        await shared.Admin.SendAsync("POST", $"{Path}/{ours.Id()}/execute", run).ShouldBeProblemAsync(404, "device_not_found");
        using var own = await shared.EnrolAsync();
        await shared.Admin.SendAsync("POST", Actions.Path, new { kind = "script.run_stored", parameters = new { script_id = script.Id() }, device_ids = new[] { own.Id } }).ShouldBeProblemAsync(404, "script_not_found");
        await own.HeartbeatAsync();
        await shared.Admin.RemoveAsync($"{Path}/{ours.Id()}");
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task A_rule_asks_how_the_last_run_ended_and_the_field_offers_the_names_within_reach()
    {
        var tenant = await shared.AddPartnerAsync("Watching");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId, "watched-1");
        var script = await tenant.Admin.PostJsonAsync(Path, Script("check \"the\" backup"), 201);
        await tenant.Admin.PostJsonAsync(Path, Script("tidy up"), 201);
        var offered = await CompleteAsync(tenant.PartnerId, "cpu.percent > 1 or script(\"BACK");
        offered.ShouldBe(["check \\\"the\\\" backup\") "]);
        (await CompleteAsync(tenant.PartnerId, "script(\"")).Length.ShouldBe(2);
        (await CompleteAsync(tenant.PartnerId, "script(\"", "devices:read")).ShouldBeEmpty();
        (await CompleteAsync(await shared.PartnerIdAsync(), "script(\"the")).ShouldBeEmpty();
        (await CompleteAsync(tenant.PartnerId, "event(message = 'script(\"")).ShouldBeEmpty("that is a text");
        await ScalarAsync("INSERT INTO policies (id, partner_id, name, definition) VALUES (gen_random_uuid(), $1, 'Baseline', '{}')", tenant.PartnerId);
        (await CompleteAsync(tenant.PartnerId, "compliance( \"base", "policies:read")).ShouldBe(["Baseline\") "]);

        var rule = await tenant.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Backup", severity = "error", condition = $"script(\"{offered[0]}!= 0" }, 201);
        await agent.HeartbeatAsync();
        var started = await tenant.Admin.PostJsonAsync($"{Path}/{script.Id()}/execute", new { device_ids = new[] { agent.Id } }, 202);
        await agent.HeartbeatAsync();
        await agent.ResultAsync(started.GetProperty("commands")[0].GetProperty("command_id").GetGuid(), exitCode: 2);
        await Http.UntilAsync(async () => await AlertAsync(rule.Id()) == "firing", TimeSpan.FromSeconds(40));
        tenant.Admin.Dispose();
    }

    static string NewName() => $"script-{Guid.NewGuid():n}";

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static object Script(string name, string content = "true", Guid? organization = null, object[]? parameters = null, int? timeout = null, int? version = null) =>
        new { name, runtime = "bash", content, organization_id = organization, parameters, timeout_seconds = timeout, version };

    /// <summary>The names that the field of a condition offers at the end of a text.</summary>
    async Task<string[]> CompleteAsync(Guid partner, string text, string permission = "scripts:read")
    {
        var scope = new AccessScope { UserId = Guid.CreateVersion7(), PartnerId = partner, Permissions = [permission] };
        return [.. (await new OutcomeNames(shared.Database).CompleteAsync(scope, text, Token) ?? []).Select(s => s.Insert)];
    }

    async Task<string> AlertAsync(Guid rule) => await ScalarAsync("SELECT string_agg(status, ',') FROM alerts WHERE rule_id = $1", rule);

    async Task<string> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = shared.Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return Convert.ToString(await command.ExecuteScalarAsync(Token), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }
}
