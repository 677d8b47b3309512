using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

public sealed class InboxTests(SharedServer shared)
{
    const string Path = "/api/v1/alerts";

    [Fact]
    public async Task An_alert_is_acknowledged_once_with_its_event_and_a_line_in_the_audit_log()
    {
        using var device = await shared.EnrolAsync();
        var alert = (await SeededAlerts.AddAsync(shared, device.Id, 1))[0];

        var after = await shared.Admin.PostJsonAsync($"{Path}/{alert}/acknowledge", new { text = "On it" }, 200);
        after.Text("status").ShouldBe("acknowledged");
        after.GetProperty("acknowledged_at").ValueKind.ShouldBe(JsonValueKind.String);
        await shared.Admin.PostJsonAsync($"{Path}/{alert}/acknowledge", new { }, 200);

        var events = await EventsAsync(alert);
        events.Select(e => e.Text("kind")).ShouldBe(["acknowledged"]);
        events[0].Text("text").ShouldBe("On it");
        events[0].Text("user_name").ShouldNotBeEmpty();
        (await shared.Admin.GetJsonAsync($"/api/v1/audit?target_id={alert}")).GetProperty("data").EnumerateArray().Count(e => e.Text("action") == "alert.acknowledged").ShouldBe(1);
    }

    [Fact]
    public async Task What_is_snoozed_wakes_again_and_what_is_resolved_stays_so()
    {
        using var device = await shared.EnrolAsync();
        var alert = (await SeededAlerts.AddAsync(shared, device.Id, 1))[0];

        var snoozed = await shared.Admin.PostJsonAsync($"{Path}/{alert}/snooze", new { minutes = 60 }, 200);
        snoozed.GetProperty("snoozed_until").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(1));
        (await shared.Admin.PostJsonAsync($"{Path}/{alert}/wake", new { }, 200)).GetProperty("snoozed_until").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shared.Admin.PostJsonAsync($"{Path}/{alert}/comments", new { text = "Disk was cleaned" }, 200)).Text("status").ShouldBe("firing");
        var resolved = await shared.Admin.PostJsonAsync($"{Path}/{alert}/resolve", new { }, 200);
        resolved.Text("status").ShouldBe("resolved");
        resolved.Text("resolution").ShouldBe("person");
        (await shared.Admin.PostJsonAsync($"{Path}/{alert}/acknowledge", new { }, 200)).Text("status").ShouldBe("resolved");

        (await EventsAsync(alert)).Select(e => e.Text("kind")).ShouldBe(["snoozed", "woken", "comment", "resolved"]);
    }

    [Theory]
    [InlineData("snooze", "{}", "until_invalid")]
    [InlineData("snooze", """{"minutes": -5}""", "until_invalid")]
    [InlineData("snooze", """{"minutes": 2147483647}""", "until_invalid")]
    [InlineData("snooze", """{"until": "2020-01-01T00:00:00Z"}""", "until_invalid")]
    [InlineData("comments", """{"text": "  "}""", "text_missing")]
    [InlineData("assign", """{"user_id": "00000000-0000-7000-8000-00000000abcd"}""", "user_not_found")]
    public async Task What_cannot_be_done_is_refused_with_what_to_do(string act, string body, string code)
    {
        using var device = await shared.EnrolAsync();
        var alert = (await SeededAlerts.AddAsync(shared, device.Id, 1))[0];
        await shared.Admin.SendAsync("POST", $"{Path}/{alert}/{act}", JsonElement.Parse(body)).ShouldBeProblemAsync(code == "user_not_found" ? 404 : 400, code);
        (await EventsAsync(alert)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_are_acted_on_at_once_and_those_that_cannot_be_are_left_alone()
    {
        using var device = await shared.EnrolAsync();
        var open = await SeededAlerts.AddAsync(shared, device.Id, 3);
        var done = await SeededAlerts.AddAsync(shared, device.Id, 1, "pending");

        var answer = await shared.Admin.PostJsonAsync($"{Path}/actions", new { ids = (Guid[])[.. open, .. done, Guid.NewGuid()], action = "acknowledge" }, 200);
        answer.GetProperty("changed").GetInt32().ShouldBe(3);
        await shared.Admin.SendAsync("POST", $"{Path}/actions", new { ids = open, action = "burn" }).ShouldBeProblemAsync(400, "action_invalid");
        await shared.Admin.SendAsync("POST", $"{Path}/actions", new { ids = Array.Empty<Guid>(), action = "resolve" }).ShouldBeProblemAsync(400, "ids_invalid");
        await shared.Admin.SendAsync("POST", $"{Path}/{done[0]}/acknowledge", new { }).ShouldBeProblemAsync(404, "alert_not_found");
    }

    [Fact]
    public async Task The_list_goes_on_where_it_stopped_and_can_be_narrowed()
    {
        using var device = await shared.EnrolAsync();
        var alerts = await SeededAlerts.AddAsync(shared, device.Id, 5, severity: "error");
        await SeededAlerts.AddAsync(shared, device.Id, 1, "pending");

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await shared.Admin.GetJsonAsync($"{Path}?device_id={device.Id}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(a => a.Id()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        seen.ShouldBe(alerts);
        (await CountAsync("status=pending")).ShouldBe(1);
        (await CountAsync("status=open&severity=error")).ShouldBe(5);
        (await CountAsync("severity=critical")).ShouldBe(0);
        (await CountAsync($"q=Seeded%203%20of")).ShouldBe(1);
        (await CountAsync("q=100%25_")).ShouldBe(0);
        await shared.Admin.SendAsync("GET", $"{Path}?status=broken").ShouldBeProblemAsync(400, "status_invalid");
        await shared.Admin.SendAsync("GET", $"{Path}?cursor=abc").ShouldBeProblemAsync(400, "invalid_cursor");

        async Task<int> CountAsync(string query) => (await shared.Admin.GetJsonAsync($"{Path}?device_id={device.Id}&{query}")).GetProperty("data").GetArrayLength();
    }

    [Fact]
    public async Task Who_only_looks_cannot_act_and_another_company_sees_nothing()
    {
        using var device = await shared.EnrolAsync();
        var alert = (await SeededAlerts.AddAsync(shared, device.Id, 1))[0];
        using var viewer = await shared.AddUserAsync(await shared.PartnerIdAsync(), BuiltInRoles.PartnerViewer);
        var other = await shared.AddPartnerAsync("Elsewhere");

        (await viewer.GetJsonAsync($"{Path}/{alert}")).Text("status").ShouldBe("firing");
        await viewer.SendAsync("POST", $"{Path}/{alert}/acknowledge", new { }).ShouldBeProblemAsync(403, "forbidden");
        await other.Admin.SendAsync("GET", $"{Path}/{alert}").ShouldBeProblemAsync(404, "alert_not_found");
        await other.Admin.SendAsync("POST", $"{Path}/{alert}/resolve", new { }).ShouldBeProblemAsync(404, "alert_not_found");
        (await other.Admin.PostJsonAsync($"{Path}/actions", new { ids = new[] { alert }, action = "resolve" }, 200)).GetProperty("changed").GetInt32().ShouldBe(0);
        other.Admin.Dispose();
    }

    async Task<List<JsonElement>> EventsAsync(Guid alert) => [.. (await shared.Admin.GetJsonAsync($"{Path}/{alert}/events")).GetProperty("data").EnumerateArray()];
}
