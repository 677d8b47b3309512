using System.Globalization;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.People;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Rules that run scripts, over the API and from a heartbeat to the device and back.</summary>
public sealed class HealingServerTests(SharedServer shared)
{
    const string Path = "/api/v1/alert-rules";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_is_kept_with_its_version_and_goes_and_comes_back_with_it()
    {
        var rule = await shared.Admin.PostJsonAsync(Path, Rule(Action("systemctl restart nginx\r\n")), 201);
        var action = rule.GetProperty("action");
        (action.Text("kind"), action.Text("runtime"), action.Text("script"), action.GetProperty("timeout_seconds").GetInt32(), action.Text("when"), action.GetProperty("at_most_per_hour").GetInt32())
            .ShouldBe(("script", "bash", "systemctl restart nginx\n", 300, "before", 1));
        var path = $"{Path}/{rule.Id()}";
        (await shared.Admin.SendJsonAsync("PATCH", path, new { severity = "error" })).GetProperty("action").Text("script").ShouldBe("systemctl restart nginx\n", "left out, it stays");
        (await shared.Admin.SendJsonAsync("PATCH", path, new { action = (object?)null })).GetProperty("action").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shared.Admin.PostJsonAsync($"{path}/restore", new { version = 1 }, 200)).GetProperty("action").Text("runtime").ShouldBe("bash");
        (await shared.Admin.PostJsonAsync($"{path}/restore", new { version = 3 }, 200)).GetProperty("action").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shared.Admin.GetJsonAsync($"{path}/versions")).GetProperty("data").EnumerateArray().Select(v => v.GetProperty("rule").GetProperty("action").ValueKind)
            .ShouldBe([JsonValueKind.Null, JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.Object, JsonValueKind.Object]);
        (await ServerDatabase.ReadAsync<string>(shared.Server, "SELECT string_agg(detail::text, ' ') FROM audit_logs WHERE target_id = $1", rule.Id().ToString()))
            .ShouldSatisfyAllConditions(d => d.ShouldContain("sha256:"), d => d.ShouldNotContain("nginx"));
    }

    [Theory]
    [InlineData("""{"kind": "automation", "id": 1}""", "action_kind_unknown")]
    [InlineData("""{"script": "id", "runtime": "bash"}""", "action_kind_unknown")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": " "}""", "script_invalid")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": "a\u0000b"}""", "script_invalid")]
    [InlineData("""{"kind": "script", "runtime": "cobol", "script": "id"}""", "runtime_unknown")]
    [InlineData("""{"kind": "script", "runtime": null, "script": "id"}""", "runtime_unknown")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": "id", "timeout_seconds": 4}""", "timeout_invalid")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": "id", "timeout_seconds": 3601}""", "timeout_invalid")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": "id", "when": "never"}""", "when_invalid")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": "id", "at_most_per_hour": 13}""", "at_most_per_hour_invalid")]
    [InlineData("""{"kind": "script", "runtime": "bash", "script": 5}""", null)]
    public async Task An_action_that_cannot_be_is_refused_with_what_to_do(string action, string? code) =>
        await shared.Admin.SendAsync("POST", Path, Rule(JsonElement.Parse(action))).ShouldBeProblemAsync(400, code);

    [Fact]
    public async Task A_script_has_64_KiB_at_most()
    {
        await shared.Admin.PostJsonAsync(Path, Rule(Action(new string('é', 32 << 10))), 201);
        await shared.Admin.SendAsync("POST", Path, Rule(Action(new string('é', 32 << 10) + "x"))).ShouldBeProblemAsync(400, "script_invalid");
    }

    [Fact]
    public async Task Whoever_may_write_rules_and_not_run_scripts_can_stop_one_and_no_more()
    {
        var tenant = await shared.AddPartnerAsync("Careful");
        var role = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Rule writer", scope = "partner", permissions = new[] { "alerts:read", "alert_rules:write", "devices:command" } }, 201);
        using var writer = (await Person.AddAsync(shared, tenant.PartnerId, role.Id())).Client;
        (await writer.SendAsync("POST", Path, Rule(Action())).ShouldBeProblemAsync(403, "forbidden")).ShouldContain("scripts:run");
        var plain = await writer.PostJsonAsync(Path, Rule(null), 201);
        await writer.SendAsync("PATCH", $"{Path}/{plain.Id()}", new { action = Action() }).ShouldBeProblemAsync(403, "forbidden");

        var rule = await tenant.Admin.PostJsonAsync(Path, Rule(Action()), 201);
        var path = $"{Path}/{rule.Id()}";
        foreach (var change in (object[])[new { condition = "cpu.percent > 1" }, new { target = "" }, new { name = "Other" }, new { severity = "info" }, new { action = Action("id") }, new { enabled = false, condition = "cpu.percent > 1" }])
        {
            await writer.SendAsync("PATCH", path, change).ShouldBeProblemAsync(403, "forbidden");
        }
        await writer.SendJsonAsync("PATCH", path, new { enabled = true });
        (await writer.SendJsonAsync("PATCH", path, new { enabled = false })).GetProperty("version").GetInt32().ShouldBe(2);
        await writer.SendAsync("PATCH", path, new { enabled = true }).ShouldBeProblemAsync(403, "forbidden");
        await writer.SendAsync("POST", $"{path}/restore", new { version = 1 }).ShouldBeProblemAsync(403, "forbidden");
        (await writer.SendJsonAsync("PATCH", path, new { action = (object?)null, condition = "cpu.percent > 1" })).GetProperty("action").ValueKind.ShouldBe(JsonValueKind.Null);
        await writer.SendAsync("POST", $"{path}/restore", new { version = 1 }).ShouldBeProblemAsync(403, "forbidden");

        // In place of a rule with a script stands one without, unless somebody who may says otherwise.
        await tenant.Admin.PostJsonAsync($"{path}/restore", new { version = 1 }, 200);
        var own = await writer.PostJsonAsync(Path, new { parent_id = rule.Id(), organization_id = tenant.OrganizationId }, 201);
        own.GetProperty("action").ValueKind.ShouldBe(JsonValueKind.Null);
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task A_rule_with_a_script_takes_a_fresh_confirmation_that_a_key_cannot_give()
    {
        var tenant = await shared.AddPartnerAsync("Confirming");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerAdmin);
        var rule = await person.Client.PostJsonAsync(Path, Rule(Action()), 201);
        var made = await person.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Rules", permissions = new[] { "alerts:read", "alert_rules:write", "devices:command", "scripts:run" } }, 201);
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = $1 RETURNING user_id", person.Id);
        await person.Client.SendAsync("POST", Path, Rule(Action())).ShouldBeProblemAsync(403, "step_up_required");
        await person.Client.SendAsync("PATCH", $"{Path}/{rule.Id()}", new { condition = "cpu.percent > 1" }).ShouldBeProblemAsync(403, "step_up_required");
        await person.Client.PostJsonAsync(Path, Rule(null), 201);
        await person.Client.SendJsonAsync("PATCH", $"{Path}/{rule.Id()}", new { enabled = false });
        await person.Client.SendAsync("PATCH", $"{Path}/{rule.Id()}", new { enabled = true }).ShouldBeProblemAsync(403, "step_up_required");
        await person.Client.SendAsync("POST", $"{Path}/{rule.Id()}/restore", new { version = 1 }).ShouldBeProblemAsync(403, "step_up_required");
        using var key = shared.Server.ClientWith(made.Text("key"));
        await key.SendAsync("POST", Path, Rule(Action())).ShouldBeProblemAsync(403, "step_up_impossible");
        await key.PostJsonAsync(Path, Rule(null), 201);
        await person.Client.PostJsonAsync("/api/v1/auth/step-up", new { password = ServerProcess.AdminPassword }, 200);
        await person.Client.SendJsonAsync("PATCH", $"{Path}/{rule.Id()}", new { enabled = true });
        person.Client.Dispose();
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task From_a_heartbeat_to_the_device_and_back_a_script_heals_and_another_is_told_with_what_it_said()
    {
        var tenant = await shared.AddPartnerAsync("Healing");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId, "healing-1");
        await ExecuteAsync("INSERT INTO notification_channels (id, partner_id, name, type) VALUES ($1, $1, 'Nowhere', 'webhook')", tenant.PartnerId);
        await ExecuteAsync("INSERT INTO notification_routes (id, partner_id, name, channel_ids) VALUES ($1, $1, 'All', ARRAY[$1::uuid])", tenant.PartnerId);
        // Below what the rules ask for that every partner begins with.
        var rule = await tenant.Admin.PostJsonAsync(Path, new { name = "Busy", severity = "error", condition = "cpu.percent > 40", action = Action("kill-the-runaway") }, 201);
        var command = await FetchAsync(agent, 0.5);
        command.GetProperty("payload").Text("content").ShouldBe("kill-the-runaway");
        command.GetProperty("payload").GetProperty("parameters").Text("BREEZE_ALERT_RULE").ShouldBe("Busy");
        (await ScalarAsync("SELECT detail ->> 'saved_by' FROM audit_logs WHERE action = 'alert_rule.script_started' AND target_id = $1", agent.Id.ToString()))
            .ShouldBe((await ScalarAsync("SELECT changed_by FROM alert_rule_versions WHERE rule_id = $1", rule.Id())).ShouldNotBeNull());
        await agent.ResultAsync(command.Id());
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.1) && await KindsAsync(agent) is var kinds && kinds.Contains("healed", StringComparison.Ordinal) && kinds.Contains("script_ended", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        (await KindsAsync(agent)).Split(',').Order().ShouldBe(["firing", "healed", "resolved", "script_ended", "script_started"]);
        await Http.UntilAsync(async () => await ScalarAsync("SELECT count(*) FROM alert_events e JOIN alerts a ON a.id = e.alert_id WHERE a.device_id = $1 AND e.routed_at IS NULL", agent.Id) == "0");
        (await ScalarAsync("SELECT count(*) FROM notifications WHERE partner_id = $1", tenant.PartnerId)).ShouldBe("0");

        // Not within an hour again: people hear why.
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.5) && await ToldAsync(tenant.PartnerId) == 1, TimeSpan.FromSeconds(30));
        (await ScalarAsync("SELECT body ->> 'message' FROM notifications WHERE partner_id = $1", tenant.PartnerId)).ShouldContain("It ran once within the last hour");

        // A rule that may more often, whose script does not help; instead of waiting a minute for readings, the minute is over.
        await tenant.Admin.SendJsonAsync("DELETE", $"{Path}/{rule.Id()}", status: 204);
        await tenant.Admin.PostJsonAsync(Path, new { name = "Busier", severity = "error", condition = "cpu.percent > 40", action = Action("no-use") }, 201);
        command = await FetchAsync(agent, 0.5);
        await agent.ResultAsync(command.Id(), "completed", 7, "looked around", "found nothing");
        await Http.UntilAsync(async () => (await KindsAsync(agent)).EndsWith("script_ended", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        (await ToldAsync(tenant.PartnerId)).ShouldBe(0, "with the rule its alerts went, and the other is not told yet");
        await ExecuteAsync("UPDATE alert_events SET held_until = now() WHERE partner_id = $1 AND routed_at IS NULL", tenant.PartnerId);
        await Http.UntilAsync(async () => await ToldAsync(tenant.PartnerId) == 1, TimeSpan.FromSeconds(30));
        (await ScalarAsync("SELECT body ->> 'message' FROM notifications WHERE partner_id = $1", tenant.PartnerId)).ShouldEndWith("The rule's script failed: it ended with exit code 7. Its last output:\nlooked around\nfound nothing");
        tenant.Admin.Dispose();
    }

    static object Action(string script = "true") => new { kind = "script", runtime = "bash", script, when = "before" };

    /// <summary>For no device.</summary>
    static object Rule(object? action) => new { name = $"Rule {Guid.NewGuid():n}", condition = "cpu.percent > 1000", target = "tags has \"no-such-tag\"", action };

    static async Task<bool> BeatAsync(FakeAgent agent, double cpu)
    {
        await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = cpu });
        return true;
    }

    /// <summary>Checks in until there is a command.</summary>
    static async Task<JsonElement> FetchAsync(FakeAgent agent, double cpu)
    {
        JsonElement? command = null;
        await Http.UntilAsync(
            async () =>
            {
                var answer = await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = cpu });
                command = answer.TryGetProperty("commands", out var commands) && commands.GetArrayLength() > 0 ? commands[0] : command;
                return command is not null;
            }, TimeSpan.FromSeconds(30));
        return command!.Value;
    }

    Task<string> KindsAsync(FakeAgent agent) =>
        ScalarAsync("SELECT string_agg(e.kind, ',' ORDER BY e.id) FROM alert_events e JOIN alerts a ON a.id = e.alert_id WHERE a.device_id = $1", agent.Id);

    async Task<int> ToldAsync(Guid partner) => int.Parse(await ScalarAsync("SELECT count(*) FROM notifications WHERE partner_id = $1", partner), CultureInfo.InvariantCulture);

    async Task ExecuteAsync(string sql, params object[] parameters) => await ScalarAsync(sql, parameters);

    async Task<string> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = shared.Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return Convert.ToString(await command.ExecuteScalarAsync(Token), CultureInfo.InvariantCulture) ?? "";
    }
}
