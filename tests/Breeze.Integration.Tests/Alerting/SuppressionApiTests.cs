using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Windows, dependencies and incidents as the API has them.</summary>
public sealed class SuppressionApiTests(SharedServer shared)
{
    const string Windows = "/api/v1/maintenance-windows";

    [Fact]
    public async Task A_window_is_planned_holds_at_once_is_changed_and_removed_and_is_nobody_elses()
    {
        var ours = await shared.AddPartnerAsync("Windows");
        var theirs = await shared.AddPartnerAsync("Others");
        using var device = await FakeAgent.EnrolAsync(shared.Server.Url, ours.Admin, ours.SiteId, "window-host");
        var made = await ours.Admin.PostJsonAsync(
            Windows, new { name = "Now", recurrence = "once", time_zone = "Europe/Berlin", from_at = DateTimeOffset.UtcNow.AddMinutes(-1), until_at = DateTimeOffset.UtcNow.AddHours(1), target = "hostname = \"window-host\"" }, 201);
        var id = made.Text("id");
        made.GetProperty("active").GetBoolean().ShouldBeTrue();
        made.GetProperty("next").GetArrayLength().ShouldBe(1);

        await theirs.Admin.GetJsonAsync($"{Windows}/{id}", 404);
        var weekly = new { name = "Weekly", recurrence = "weekly", time_zone = "UTC", days = new[] { 1, 7 }, starts = "22:00", minutes = 90 };
        await theirs.Admin.SendJsonAsync("PUT", $"{Windows}/{id}", weekly, 404);
        var changed = await ours.Admin.SendJsonAsync("PUT", $"{Windows}/{id}", weekly, 200);
        changed.Text("starts").ShouldBe("22:00");
        changed.GetProperty("next").GetArrayLength().ShouldBe(5);
        (await ours.Admin.GetJsonAsync(Windows)).GetProperty("data").GetArrayLength().ShouldBe(1);
        (await ours.Admin.DeleteAsync($"{Windows}/{id}", Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("""{"name":"A","recurrence":"daily","time_zone":"UTC"}""", "recurrence_invalid")]
    [InlineData("""{"name":"A","recurrence":"weekly","time_zone":"Mars/Base","days":[1],"starts":"10:00","minutes":10}""", "time_zone_invalid")]
    [InlineData("""{"name":"A","recurrence":"weekly","time_zone":"UTC","days":[8],"starts":"10:00","minutes":10}""", "days_invalid")]
    [InlineData("""{"name":"A","recurrence":"monthly","time_zone":"UTC","days":[1],"starts":"10:00","minutes":10}""", "week_invalid")]
    [InlineData("""{"name":"A","recurrence":"weekly","time_zone":"UTC","days":[1],"starts":"25:00","minutes":10}""", "starts_invalid")]
    [InlineData("""{"name":"A","recurrence":"weekly","time_zone":"UTC","days":[1],"starts":"10:00","minutes":20000}""", "minutes_invalid")]
    [InlineData("""{"name":"A","recurrence":"once","time_zone":"UTC","from_at":"2026-01-02T00:00:00Z","until_at":"2026-01-01T00:00:00Z"}""", "times_invalid")]
    [InlineData("""{"name":"A","recurrence":"weekly","time_zone":"UTC","days":[1],"starts":"10:00","minutes":10,"target":"no.such = 1"}""", "expression_invalid")]
    [InlineData("""{"name":"","recurrence":"weekly","time_zone":"UTC","days":[1],"starts":"10:00","minutes":10}""", "name_invalid")]
    public async Task A_window_that_cannot_be_is_refused_with_what_to_do(string body, string code) =>
        (await shared.Admin.PostJsonAsync(Windows, System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body), 400)).Text("code").ShouldBe(code);

    [Fact]
    public async Task Dependencies_make_no_circle_and_stay_within_the_organization()
    {
        var ours = await shared.AddPartnerAsync("Dependencies");
        using var gateway = await FakeAgent.EnrolAsync(shared.Server.Url, ours.Admin, ours.SiteId, "gateway");
        using var one = await FakeAgent.EnrolAsync(shared.Server.Url, ours.Admin, ours.SiteId, "one");
        using var two = await FakeAgent.EnrolAsync(shared.Server.Url, ours.Admin, ours.SiteId, "two");
        using var foreign = await shared.EnrolAsync();
        await ours.Admin.SendJsonAsync("PUT", $"/api/v1/sites/{ours.SiteId}/gateway", new { device_id = gateway.Id }, 200);
        var set = await ours.Admin.SendJsonAsync("PUT", $"/api/v1/devices/{two.Id}/dependencies", new { upstream_ids = new[] { one.Id } }, 200);
        set.GetProperty("data").EnumerateArray().Select(d => d.Text("name")).ShouldBe(["gateway", "one"]);
        (await ours.Admin.SendJsonAsync("PUT", $"/api/v1/devices/{one.Id}/dependencies", new { upstream_ids = new[] { two.Id } }, 409)).Text("code").ShouldBe("dependency_circle");
        (await ours.Admin.SendJsonAsync("PUT", $"/api/v1/devices/{gateway.Id}/dependencies", new { upstream_ids = new[] { one.Id } }, 409)).Text("code").ShouldBe("dependency_circle");
        (await ours.Admin.SendJsonAsync("PUT", $"/api/v1/devices/{one.Id}/dependencies", new { upstream_ids = new[] { foreign.Id } }, 400)).Text("code").ShouldBe("upstream_ids_invalid");
        await ours.Admin.SendJsonAsync("PUT", $"/api/v1/sites/{ours.SiteId}/gateway", new { device_id = (Guid?)null }, 200);
    }

    [Fact]
    public async Task An_incident_lists_its_alerts_and_is_acknowledged_as_a_whole()
    {
        var ours = await shared.AddPartnerAsync("Incidents");
        using var device = await FakeAgent.EnrolAsync(shared.Server.Url, ours.Admin, ours.SiteId, "storm-host");
        var incident = Guid.CreateVersion7();
        await using (var connection = await shared.Database.System.OpenConnectionAsync(Token))
        {
            await using var command = new NpgsqlCommand(
                """
                WITH i AS (INSERT INTO incidents (id, partner_id, organization_id, title, severity, started_at) VALUES ($1, $2, $3, 'Storm of the test', 'error', now()))
                INSERT INTO alerts (id, partner_id, organization_id, device_id, source, fingerprint, severity, status, title, started_at, fired_at, incident_id, suppressed_by)
                SELECT breeze_uuid7(), $2, $3, $4, 'alertmanager', $1::text || n, 'error', 'firing', 'Part ' || n, now(), now(), $1, 'storm' FROM generate_series(1, 30) AS n
                """, connection) { Parameters = { new() { Value = incident }, new() { Value = ours.PartnerId }, new() { Value = ours.OrganizationId }, new() { Value = device.Id } } };
            await command.ExecuteNonQueryAsync(Token);
        }
        var listed = (await ours.Admin.GetJsonAsync("/api/v1/incidents?status=open")).GetProperty("data").EnumerateArray().Single();
        (listed.GetProperty("alert_count").GetInt32(), listed.GetProperty("device_count").GetInt32()).ShouldBe((30, 1));
        (await ours.Admin.GetJsonAsync("/api/v1/alerts?suppressed=storm&limit=100")).GetProperty("data").GetArrayLength().ShouldBe(30);
        (await ours.Admin.PostJsonAsync($"/api/v1/incidents/{incident}/acknowledge", new { }, 200)).GetProperty("changed").GetInt32().ShouldBe(30);
        await shared.Admin.PostJsonAsync($"/api/v1/incidents/{incident}/resolve", new { }, 404);
        (await ours.Admin.PostJsonAsync($"/api/v1/incidents/{incident}/resolve", new { }, 200)).GetProperty("changed").GetInt32().ShouldBe(30);
        (await ours.Admin.GetJsonAsync($"/api/v1/alerts?incident_id={incident}&status=resolved&limit=100")).GetProperty("data").GetArrayLength().ShouldBe(30);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;
}
