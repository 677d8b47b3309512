using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Schedules, policies and who may do what to them, over the API.</summary>
public sealed class OnCallApiTests(SharedServer shared)
{
    const string Schedules = "/api/v1/on-call-schedules";
    const string Policies = "/api/v1/escalation-policies";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_is_made_taken_over_and_led_to_by_a_policy_and_a_route()
    {
        var tenant = await shared.AddPartnerAsync("On call");
        var admin = tenant.Admin;
        var technician = await shared.AddUserAsync(tenant.PartnerId, BuiltInRoles.PartnerTechnician);
        var me = (await admin.GetJsonAsync("/api/v1/auth/me")).Id();
        object Body(Guid user, string handOver = "09:00") => new { name = "Nights", time_zone = "Europe/Berlin", layers = new[] { new { start = "2026-03-02", hand_over = handOver, every_days = 7, users = new[] { user } } } };

        (await admin.PostAsJsonAsync(Schedules, Body(me, "9"), Token).ShouldBeProblemAsync(400, "layers_invalid")).ShouldStartWith("Layer 1:");
        await admin.PostAsJsonAsync(Schedules, new { name = "Nights", time_zone = "Berlin", layers = Array.Empty<object>() }, Token).ShouldBeProblemAsync(400, "time_zone_unknown");
        await admin.PostAsJsonAsync(Schedules, Body(Guid.NewGuid()), Token).ShouldBeProblemAsync(404, "user_not_found");
        var stranger = (await shared.Admin.GetJsonAsync("/api/v1/auth/me")).Id();
        await admin.PostAsJsonAsync(Schedules, Body(stranger), Token).ShouldBeProblemAsync(404, "user_not_found");
        var schedule = await admin.PostJsonAsync(Schedules, Body(me), 201);
        await admin.PostAsJsonAsync(Schedules, Body(me), Token).ShouldBeProblemAsync(409, "name_taken");
        var path = $"{Schedules}/{schedule.Id()}";
        (await technician.GetJsonAsync($"{path}/on-call?at=2026-03-02T07:59:00Z")).GetProperty("user_id").ValueKind.ShouldBe(JsonValueKind.Null);
        (await technician.GetJsonAsync($"{path}/on-call?at=2026-03-02T08:00:00Z")).GetProperty("user_id").GetGuid().ShouldBe(me);
        await shared.Admin.GetAsync($"{path}/on-call", Token).ShouldBeProblemAsync(404);

        // A technician takes over, and has nobody else on call.
        await technician.PostAsJsonAsync($"{path}/overrides", new { user_id = me, until = DateTimeOffset.UtcNow.AddHours(1) }, Token).ShouldBeProblemAsync(403, "only_oneself");
        await technician.PostAsJsonAsync($"{path}/overrides", new { until = DateTimeOffset.UtcNow.AddHours(-1) }, Token).ShouldBeProblemAsync(400, "span_invalid");
        var taken = await technician.PostJsonAsync($"{path}/overrides", new { until = DateTimeOffset.UtcNow.AddHours(1) }, 201);
        var now = await admin.GetJsonAsync($"{path}/on-call");
        now.GetProperty("override_id").GetGuid().ShouldBe(taken.Id());
        now.GetProperty("user_id").GetGuid().ShouldBe(taken.GetProperty("user_id").GetGuid());
        now.GetProperty("next").GetProperty("user_id").GetGuid().ShouldBe(me);
        (await admin.GetJsonAsync($"{path}/turns")).GetProperty("data").GetArrayLength().ShouldBe(2);

        await admin.PostAsJsonAsync(Policies, new { name = "P", steps = new[] { new { after_minutes = 5, users = new[] { me } } } }, Token).ShouldBeProblemAsync(400, "steps_invalid");
        await admin.PostAsJsonAsync(Policies, new { name = "P", steps = new[] { new { after_minutes = 0, channels = new[] { Guid.NewGuid() } } } }, Token).ShouldBeProblemAsync(404, "notification_channel_not_found");
        var policy = await admin.PostJsonAsync(Policies, new { name = "P", repeats = 1, steps = new object[] { new { after_minutes = 0, schedules = new[] { schedule.Id() } }, new { after_minutes = 5, users = new[] { me } } } }, 201);
        var preview = (await admin.GetJsonAsync($"{Policies}/{policy.Id()}/preview?organization_id={tenant.OrganizationId}")).GetProperty("data");
        preview[0].GetProperty("messages").GetInt32().ShouldBe(0);
        preview[0].GetProperty("missed")[0].GetString().ShouldBe("Somebody (on call in “Nights”) has no contact method and was told in Breeze alone");
        preview[1].GetProperty("after_minutes").GetInt32().ShouldBe(0, "the next step follows at once");

        var route = await admin.PostJsonAsync("/api/v1/notification-routes", new { name = "R", policy_id = policy.Id(), in_app = true }, 201);
        (await admin.DeleteAsync(path, Token).ShouldBeProblemAsync(409, "schedule_in_use")).ShouldContain("“P”");
        (await admin.DeleteAsync($"{Policies}/{policy.Id()}", Token).ShouldBeProblemAsync(409, "policy_in_use")).ShouldContain("“R”");
        var freed = await Http.ReadAsync(await admin.PatchAsJsonAsync($"/api/v1/notification-routes/{route.Id()}", new { policy_id = Guid.Empty }, Token), 200);
        freed.GetProperty("policy_id").ValueKind.ShouldBe(JsonValueKind.Null);
        freed.GetProperty("in_app").GetBoolean().ShouldBeTrue();
        (await admin.DeleteAsync($"{Policies}/{policy.Id()}", Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await admin.DeleteAsync(path, Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Who_is_called_acknowledges_what_is_within_their_reach_and_nothing_else()
    {
        var tenant = await shared.AddPartnerAsync("Called");
        await using var connection = await shared.Database.System.OpenConnectionAsync(Token);
        var other = (await tenant.Admin.PostJsonAsync("/api/v1/organizations", new { name = "Not theirs" }, 201)).Id();
        var otherSite = (await tenant.Admin.PostJsonAsync("/api/v1/sites", new { organization_id = other, name = "Main" }, 201)).Id();
        var person = await People.Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationTechnician, tenant.OrganizationId);
        var policy = await tenant.Admin.PostJsonAsync(Policies, new { name = "Call", steps = new[] { new { after_minutes = 0, users = new[] { person.Id, (await tenant.Admin.GetJsonAsync("/api/v1/auth/me")).Id() } } } }, 201);
        await tenant.Admin.PostJsonAsync("/api/v1/notification-routes", new { name = "Calls", policy_id = policy.Id() }, 201);
        var theirs = (await SeededAlerts.AddAsync(shared, (await Bulk.Actions.SeedAsync(connection, tenant.SiteId, 1))[0], 1))[0];
        var foreign = (await SeededAlerts.AddAsync(shared, (await Bulk.Actions.SeedAsync(connection, otherSite, 1))[0], 1))[0];
        await using (var fire = new Npgsql.NpgsqlCommand("INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'firing', now() FROM alerts WHERE partner_id = $1", connection) { Parameters = { new() { Value = tenant.PartnerId } } })
        {
            await fire.ExecuteNonQueryAsync(Token);
        }
        async Task<string[]> RungAsync(HttpClient client) =>
            [.. (await client.GetJsonAsync("/api/v1/me/bell")).GetProperty("items").EnumerateArray().Where(i => i.TryGetProperty("alert_id", out var id) && id.ValueKind == JsonValueKind.String).Select(i => i.Text("alert_id")).Distinct()];
        await Http.UntilAsync(async () => (await RungAsync(tenant.Admin)).Length == 2, TimeSpan.FromSeconds(30));
        (await RungAsync(person.Client)).ShouldBe([theirs.ToString()]);
        await person.Client.PostAsJsonAsync($"/api/v1/alerts/{foreign}/acknowledge", new { }, Token).ShouldBeProblemAsync(404);
        await Http.ReadAsync(await person.Client.PostAsJsonAsync("/api/v1/alerts/actions", new { action = "acknowledge", ids = new[] { foreign } }, Token), 200);
        await person.Client.PostJsonAsync($"/api/v1/alerts/{theirs}/acknowledge", new { }, 200);
        (await tenant.Admin.GetJsonAsync($"/api/v1/alerts/{theirs}")).Text("status").ShouldBe("acknowledged");
        (await tenant.Admin.GetJsonAsync($"/api/v1/alerts/{foreign}")).Text("status").ShouldBe("firing");
        person.Client.Dispose();
        tenant.Admin.Dispose();
    }

    [Fact]
    public async Task The_bell_shows_what_is_bad_enough_until_it_was_read()
    {
        var tenant = await shared.AddPartnerAsync("Bell");
        await using var connection = await shared.Database.System.OpenConnectionAsync(Token);
        async Task AddAsync(string title, string severity)
        {
            await using var insert = new Npgsql.NpgsqlCommand(
                "INSERT INTO alerts (id, partner_id, source, fingerprint, severity, status, title, started_at, fired_at) VALUES (breeze_uuid7(), $1, 'alertmanager', $2, $3, 'firing', $2, now(), now())", connection)
            {
                Parameters = { new() { Value = tenant.PartnerId }, new() { Value = title }, new() { Value = severity } },
            };
            await insert.ExecuteNonQueryAsync(Token);
        }
        await AddAsync("Small", "warning");
        await AddAsync("Bad", "error");
        async Task<(string[] Titles, int Unread)> ReadAsync(HttpClient client)
        {
            var bell = await client.GetJsonAsync("/api/v1/me/bell");
            return ([.. bell.GetProperty("items").EnumerateArray().Select(i => i.Text("title"))], bell.GetProperty("unread").GetInt32());
        }
        (await ReadAsync(tenant.Admin)).ShouldSatisfyAllConditions(b => b.Titles.ShouldBe(["Bad"]), b => b.Unread.ShouldBe(1));
        (await tenant.Admin.PutAsJsonAsync("/api/v1/me/bell", new { severity = "loud" }, Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        (await tenant.Admin.PutAsJsonAsync("/api/v1/me/bell", new { severity = "warning" }, Token)).EnsureSuccessStatusCode();
        (await ReadAsync(tenant.Admin)).Unread.ShouldBe(2);
        (await tenant.Admin.PostAsync("/api/v1/me/bell/read", null, Token)).EnsureSuccessStatusCode();
        (await ReadAsync(tenant.Admin)).ShouldSatisfyAllConditions(b => b.Titles.Length.ShouldBe(2), b => b.Unread.ShouldBe(0));
        (await ReadAsync(await shared.AddUserAsync(tenant.PartnerId, BuiltInRoles.PartnerViewer))).Unread.ShouldBe(1, "everybody reads for themselves");
        (await ReadAsync(shared.Admin)).Titles.ShouldNotContain("Bad");
    }
}
