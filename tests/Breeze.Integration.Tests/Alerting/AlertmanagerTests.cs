using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.People;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Messages as an Alertmanager sends them, and as nobody should.</summary>
public sealed class AlertmanagerTests(SharedServer shared)
{
    const string Path = "/api/v1/integrations/alertmanager";

    string Address => $"{Path}?organization_id={shared.OrganizationId}";

    [Fact]
    public async Task An_alert_is_raised_once_however_often_it_is_sent_changes_with_its_labels_and_ends_with_its_source()
    {
        using var device = await shared.EnrolAsync("prom-" + Guid.NewGuid().ToString("n")[..8]);
        var host = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{device.Id}")).Text("hostname");
        var print = Guid.NewGuid().ToString("n")[..16];

        Counts(await SendAsync(Alert("firing", print, $"{host}.example.net:9100", "warning"))).ShouldBe((1, 0, 0, 0));
        Counts(await SendAsync(Alert("firing", print, $"{host}.example.net:9100", "warning"))).ShouldBe((0, 0, 0, 1));
        var raised = await SingleAsync(device.Id);
        (raised.Text("title"), raised.Text("severity"), raised.Text("status"), raised.Text("source")).ShouldBe(("The disk is filling", "warning", "firing", "alertmanager"));
        raised.Text("message").ShouldContain("Full in two hours");
        raised.Text("message").ShouldContain("alertname = DiskFilling");
        raised.Text("message").ShouldContain("Runbook: https://runbooks.example/disk");
        raised.GetProperty("started_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.Parse("2026-01-02T03:04:05Z", null));

        Counts(await SendAsync(Alert("firing", print, $"{host}.example.net:9100", "critical"))).ShouldBe((0, 1, 0, 0));
        (await SingleAsync(device.Id)).Text("severity").ShouldBe("critical");
        Counts(await SendAsync(Alert("resolved", print, host, "critical"))).ShouldBe((0, 0, 1, 0));
        var ended = await SingleAsync(device.Id);
        (ended.Text("status"), ended.Text("resolution")).ShouldBe(("resolved", "source"));
        var events = (await shared.Admin.GetJsonAsync($"/api/v1/alerts/{ended.Id()}/events")).GetProperty("data").EnumerateArray().Select(e => e.Text("kind"));
        events.ShouldBe(["firing", "severity", "resolved"]);
        Counts(await SendAsync(Alert("resolved", print, host, "critical"))).ShouldBe((0, 0, 0, 1));

        // The next time is an alert of its own.
        Counts(await SendAsync(Alert("firing", print, host, "info"))).ShouldBe((1, 0, 0, 0));
        Counts(await SendAsync(Alert("resolved", print, host, "info"))).ShouldBe((0, 0, 1, 0));
    }

    [Fact]
    public async Task Two_customers_with_the_same_fingerprint_have_an_alert_each()
    {
        var other = await shared.Admin.PostJsonAsync("/api/v1/organizations", new { name = "Prom " + Guid.NewGuid().ToString("n")[..8] }, 201);
        var print = Guid.NewGuid().ToString("n")[..16];
        Counts(await SendAsync(Alert("firing", print, "nowhere", "warning"))).ShouldBe((1, 0, 0, 0));
        Counts(await shared.Admin.PostJsonAsync($"{Path}?organization_id={other.Id()}", Message(Alert("firing", print, "nowhere", "warning")), 200)).ShouldBe((1, 0, 0, 0));
        Counts(await shared.Admin.PostJsonAsync($"{Path}?organization_id={other.Id()}", Message(Alert("resolved", print, "nowhere", "warning")), 200)).ShouldBe((0, 0, 1, 0));
        Counts(await SendAsync(Alert("resolved", print, "nowhere", "warning"))).ShouldBe((0, 0, 1, 0));
    }

    [Fact]
    public async Task Hostile_texts_are_cleaned_and_no_more_than_texts()
    {
        var print = Guid.NewGuid().ToString("n")[..16];
        var alert = new
        {
            status = "firing", fingerprint = print, startsAt = "9999-01-01T00:00:00Z", generatorURL = "javascript:alert(1)",
            labels = new Dictionary<string, object?> { ["alertname"] = new string('x', 50_000), ["severity"] = "\u202Ecritical", ["instance"] = "a:b:c:d'; DROP TABLE alerts; --", ["none"] = null },
            annotations = new Dictionary<string, string> { ["summary"] = "<script>\u0000\u202E" + new string('y', 5000), ["runbook_url"] = "file:///etc/passwd" },
        };
        Counts(await SendAsync(alert)).ShouldBe((1, 0, 0, 0));
        var list = (await shared.Admin.GetJsonAsync($"/api/v1/alerts?organization_id={shared.OrganizationId}&status=open&q=%3Cscript%3E&limit=200")).GetProperty("data");
        var row = list.EnumerateArray().First(a => a.Text("source") == "alertmanager");
        row.Text("title").Length.ShouldBeLessThanOrEqualTo(500);
        row.Text("title").ShouldStartWith("<script>");
        row.Text("title").ShouldNotContain("\u202E");
        row.Text("message").ShouldNotContain("javascript");
        row.Text("message").ShouldNotContain("Runbook");
        row.GetProperty("started_at").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(1));
        await shared.Admin.PostJsonAsync($"/api/v1/alerts/{row.Id()}/resolve", new { }, 200);
    }

    [Theory]
    [InlineData("{}", "alertmanager_invalid")]
    [InlineData("""{"alerts": []}""", "alertmanager_invalid")]
    [InlineData("""{"alerts": [null]}""", "alertmanager_invalid")]
    [InlineData("""{"alerts": [{"status": "perhaps"}]}""", "alertmanager_invalid")]
    public async Task What_is_no_message_of_an_Alertmanager_is_refused(string body, string code) =>
        await shared.Admin.PostAsync(Address, new StringContent(body, null, "application/json"), TestContext.Current.CancellationToken).ShouldBeProblemAsync(400, code);

    [Fact]
    public async Task A_key_of_one_organization_names_it_and_reaches_no_other()
    {
        var person = await Person.AddAsync(shared, await shared.PartnerIdAsync(), BuiltInRoles.OrganizationAdmin, shared.OrganizationId);
        var key = await person.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Prometheus", permissions = new[] { Permissions.AlertsWrite } }, 201);
        using var client = shared.Server.ClientWith(key.Text("key"));
        var other = await shared.Admin.PostJsonAsync("/api/v1/organizations", new { name = "Prom " + Guid.NewGuid().ToString("n")[..8] }, 201);
        var print = Guid.NewGuid().ToString("n")[..16];
        var message = Message(Alert("firing", print, "nowhere", "warning"));
        await client.PostAsync(Path, Json(message), TestContext.Current.CancellationToken).ShouldBeProblemAsync(400, "organization_missing");
        await client.PostAsync($"{Path}?organization_id={other.Id()}", Json(message), TestContext.Current.CancellationToken).ShouldBeProblemAsync(404, "organization_not_found");
        Counts(await client.PostJsonAsync(Address, message, 200)).ShouldBe((1, 0, 0, 0));
        Counts(await client.PostJsonAsync(Address, Message(Alert("resolved", print, "nowhere", "warning")), 200)).ShouldBe((0, 0, 1, 0));
    }

    Task<JsonElement> SendAsync(object alert) => shared.Admin.PostJsonAsync(Address, Message(alert), 200);

    async Task<JsonElement> SingleAsync(Guid device) => (await shared.Admin.GetJsonAsync($"/api/v1/alerts?device_id={device}")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();

    static (int, int, int, int) Counts(JsonElement answer) =>
        (answer.GetProperty("raised").GetInt32(), answer.GetProperty("changed").GetInt32(), answer.GetProperty("resolved").GetInt32(), answer.GetProperty("unchanged").GetInt32());

    static StringContent Json(object value) => new(JsonSerializer.Serialize(value), null, "application/json");

    static object Message(object alert) => new { version = "4", groupKey = "{}:{}", status = "firing", receiver = "breeze", externalURL = "http://alertmanager.example", alerts = new[] { alert } };

    static object Alert(string status, string fingerprint, string instance, string severity) => new
    {
        status, fingerprint, startsAt = "2026-01-02T03:04:05Z", endsAt = "0001-01-01T00:00:00Z", generatorURL = "http://prometheus.example/graph?g0.expr=up",
        labels = new { alertname = "DiskFilling", severity, instance, job = "node" },
        annotations = new { summary = "The disk is filling", description = "Full in two hours", runbook_url = "https://runbooks.example/disk" },
    };
}
