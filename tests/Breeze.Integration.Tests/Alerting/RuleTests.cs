using System.Text.Json;
using Breeze.Features.Alerting.Rules;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

public sealed class RuleTests(SharedServer shared)
{
    const string Path = "/api/v1/alert-rules";

    [Fact]
    public async Task A_rule_is_kept_in_normal_form_and_each_change_is_a_version_that_can_be_taken_up_again()
    {
        var rule = await AddAsync(new { name = Name(), condition = "cpu.percent>90", severity = "error", target = "os.family=\"linux\"", runbook_url = "https://wiki.example.com/cpu" });
        rule.Text("condition").ShouldBe("cpu.percent > 90");
        rule.Text("target").ShouldBe("os.family = \"linux\"");
        rule.GetProperty("version").GetInt32().ShouldBe(1);

        (await shared.Admin.SendJsonAsync("PATCH", $"{Path}/{rule.Id()}", new { severity = "critical" })).GetProperty("version").GetInt32().ShouldBe(2);
        (await shared.Admin.SendJsonAsync("PATCH", $"{Path}/{rule.Id()}", new { severity = "critical" })).GetProperty("version").GetInt32().ShouldBe(2);
        var restored = await shared.Admin.PostJsonAsync($"{Path}/{rule.Id()}/restore", new { version = 1 }, 200);
        restored.Text("severity").ShouldBe("error");
        restored.GetProperty("version").GetInt32().ShouldBe(3);

        var versions = (await shared.Admin.GetJsonAsync($"{Path}/{rule.Id()}/versions?limit=2")).GetProperty("data").EnumerateArray().ToList();
        versions.Select(v => v.GetProperty("version").GetInt32()).ShouldBe([3, 2]);
        versions[1].GetProperty("rule").Text("severity").ShouldBe("critical");
        (await shared.Admin.DeleteAsync(new Uri($"{Path}/{rule.Id()}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        await shared.Admin.SendAsync("GET", $"{Path}/{rule.Id()}").ShouldBeProblemAsync(404, "alert_rule_not_found");
    }

    [Fact]
    public async Task A_rule_is_tried_on_what_was_stored_before_it_is_saved()
    {
        var answer = await shared.Admin.PostJsonAsync($"{Path}/backtest", new { condition = "cpu.percent > 90 and tags has \"no-such-tag\"", days = 2 }, 200);
        answer.GetProperty("total").GetInt32().ShouldBe(0);
        answer.GetProperty("per_day").GetArrayLength().ShouldBe(3);
        answer.GetProperty("notes").EnumerateArray().ShouldContain(n => n.GetString()!.Contains("counts as it is now"));
        (await ProblemAsync(shared.Admin.SendAsync("POST", $"{Path}/backtest", new { condition = "avg(cpu.percent) > 90" }))).GetProperty("column").GetInt32().ShouldBe(16);
        await shared.Admin.SendAsync("POST", $"{Path}/backtest", new { condition = "cpu.percent > 90", days = 40 }).ShouldBeProblemAsync(400, "days_invalid");
        await shared.Admin.SendAsync("POST", $"{Path}/backtest", new { condition = "cpu.percent > 90", organization_id = Guid.NewGuid() }).ShouldBeProblemAsync(404, "organization_not_found");
    }

    [Fact]
    public async Task A_mistake_in_a_condition_is_shown_with_its_place_and_a_suggestion()
    {
        var problem = await ProblemAsync(shared.Admin.SendAsync("POST", Path, new { name = Name(), condition = "cpu.percnt > 90" }));
        problem.Text("field").ShouldBe("condition");
        problem.GetProperty("column").GetInt32().ShouldBe(1);
        problem.Text("suggestion").ShouldBe("cpu.percent");
        problem = await ProblemAsync(shared.Admin.SendAsync("POST", Path, new { name = Name(), condition = "cpu.percent > 90", target = "tags hass \"a\"" }));
        problem.Text("field").ShouldBe("target");
    }

    [Theory]
    [InlineData("""{"condition": ""}""", "condition_missing")]
    [InlineData("""{"severity": "awful"}""", "severity_invalid")]
    [InlineData("""{"per": "week"}""", "per_invalid")]
    [InlineData("""{"runbook_url": "javascript:alert(1)"}""", "runbook_url_invalid")]
    [InlineData("""{"reopen_minutes": 100000}""", "reopen_minutes_invalid")]
    [InlineData("""{"title": "{{ if }}"}""", "title_invalid")]
    [InlineData("""{"name": " "}""", "name_invalid")]
    public async Task What_cannot_be_is_refused_with_what_to_do(string fields, string code)
    {
        var body = new Dictionary<string, object?> { ["name"] = Name(), ["condition"] = "cpu.percent > 90" };
        foreach (var field in JsonElement.Parse(fields).EnumerateObject())
        {
            body[field.Name] = field.Value;
        }
        await shared.Admin.SendAsync("POST", Path, body).ShouldBeProblemAsync(400, code);
    }

    [Fact]
    public async Task An_organization_has_its_own_rule_in_place_of_the_partners_once()
    {
        var organization = await shared.Admin.AddOrganizationAsync();
        var wide = await AddAsync(new { name = Name(), condition = "cpu.percent > 90", severity = "error" });
        var own = await AddAsync(new { name = Name(), parent_id = wide.Id(), organization_id = organization.OrganizationId, condition = "cpu.percent > 99" });
        own.Text("severity").ShouldBe("error");
        own.GetProperty("parent_id").GetGuid().ShouldBe(wide.Id());
        await shared.Admin.SendAsync("POST", Path, new { name = Name(), parent_id = wide.Id(), organization_id = organization.OrganizationId }).ShouldBeProblemAsync(409, "override_exists");
        await shared.Admin.SendAsync("POST", Path, new { name = Name(), parent_id = wide.Id() }).ShouldBeProblemAsync(400, "organization_missing");
        await shared.Admin.SendAsync("POST", Path, new { name = own.Text("name"), organization_id = organization.OrganizationId, condition = "cpu.percent > 1" }).ShouldBeProblemAsync(409, "name_taken");
        await shared.Admin.DeleteAsync(new Uri($"{Path}/{wide.Id()}", UriKind.Relative), TestContext.Current.CancellationToken);
        await shared.Admin.SendAsync("GET", $"{Path}/{own.Id()}").ShouldBeProblemAsync(404, "alert_rule_not_found");
    }

    [Fact]
    public async Task Every_partner_begins_with_rules_that_can_be_read_and_removed_for_good()
    {
        var partner = await shared.AddPartnerAsync("Starter");
        await Http.UntilAsync(async () => (await RulesAsync()).Count == StarterRules.All.Count);
        var rules = await RulesAsync();
        rules.Count.ShouldBe(StarterRules.All.Count);
        foreach (var rule in rules)
        {
            (await partner.Admin.PostJsonAsync($"{Path}/check", new { condition = rule.Text("condition") }, 200)).Text("condition").ShouldBe(rule.Text("condition"), rule.Text("name"));
            if (rule.Text("recovery").Length > 0)
            {
                (await partner.Admin.PostJsonAsync($"{Path}/check", new { condition = rule.Text("recovery") }, 200)).Text("condition").ShouldBe(rule.Text("recovery"), rule.Text("name"));
            }
        }
        (await partner.Admin.GetJsonAsync($"{Path}/{rules[0].Id()}/versions")).GetProperty("data").GetArrayLength().ShouldBe(1);
        partner.Admin.Dispose();

        async Task<List<JsonElement>> RulesAsync() => [.. (await partner.Admin.GetJsonAsync($"{Path}?limit=200")).GetProperty("data").EnumerateArray()];
    }

    static string Name() => $"Rule {Guid.NewGuid():n}";

    static async Task<JsonElement> ProblemAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        var problem = await Http.ReadAsync(response, 400);
        problem.Text("code").ShouldBe("expression_invalid");
        return problem;
    }

    /// <summary>Switched off, so that nobody else's devices have alerts of it.</summary>
    Task<JsonElement> AddAsync(object rule)
    {
        var body = JsonSerializer.SerializeToElement(rule).EnumerateObject().ToDictionary(p => p.Name, p => (object)p.Value);
        body["enabled"] = false;
        return shared.Admin.PostJsonAsync(Path, body, 201);
    }
}
