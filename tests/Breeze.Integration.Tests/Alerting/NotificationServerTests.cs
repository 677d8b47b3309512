using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Core.Tenancy;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>The whole way on a real server: API, secrets, a link, and a kill in the middle.</summary>
public sealed partial class NotificationServerTests(HookServer hook) : IClassFixture<HookServer>
{
    const string Hidden = "hush-hush";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_channel_is_set_up_tested_changed_and_removed_and_its_secret_never_shows()
    {
        var types = (await hook.Admin.GetJsonAsync($"{HookServer.Channels}/types")).GetProperty("data").EnumerateArray().Single(t => t.Text("type") == "hook");
        types.Text("display_name").ShouldBe("Hook");
        types.GetProperty("schema").GetProperty("properties").GetProperty("token").GetProperty("writeOnly").GetBoolean().ShouldBeTrue();

        (await hook.Admin.PostAsJsonAsync(HookServer.Channels, new { name = "x", type = "pigeon" }, Token).ShouldBeProblemAsync(400, "channel_type_unknown")).ShouldContain("hook");
        (await hook.Admin.PostAsJsonAsync(HookServer.Channels, new { name = "x", type = "hook", settings = new { url = "http://x", colour = "red" } }, Token).ShouldBeProblemAsync(400, "settings_invalid"))
            .ShouldSatisfyAllConditions(d => d.ShouldContain("token is missing"), d => d.ShouldContain("colour is not a known setting"));
        await hook.Admin.PostAsJsonAsync(HookServer.Channels, new { name = "x", type = "hook", rate_per_minute = 0 }, Token).ShouldBeProblemAsync(400, "rate_invalid");
        var created = await hook.AddChannelAsync("Set up", "/set-up");
        created.GetProperty("secrets_set").EnumerateArray().Select(s => s.GetString()).ShouldBe(["token"]);
        created.GetProperty("settings").GetProperty("mode").GetString().ShouldBe("plain", "defaults are filled in");
        await hook.Admin.PostAsJsonAsync(HookServer.Channels, new { name = "Set up", type = "hook", settings = new { url = "http://x", token = "other" } }, Token).ShouldBeProblemAsync(409, "name_taken");
        var path = $"{HookServer.Channels}/{created.Id()}";

        // Left out, the secret stays; but it is not sent to another place than the one it was entered for.
        (await SendProblemAsync(HttpMethod.Patch, path, new { settings = new { url = hook.Receiver.Url + "/elsewhere" } })).ShouldContain("Enter token again");
        var changed = await SendAsync(HttpMethod.Patch, path, new { name = "Changed", settings = new { url = hook.Receiver.Url + "/set-up", mode = "loud" } });
        changed.GetProperty("settings").GetProperty("mode").GetString().ShouldBe("loud");
        var test = await hook.Admin.PostJsonAsync($"{path}/test", new { });
        test.GetProperty("delivered").GetBoolean().ShouldBeTrue();
        hook.Receiver.Received.Single(r => r.Body.Text("event") == "test").Token.ShouldBe(Hidden);

        hook.Receiver.Status = 503;
        var failed = await hook.Admin.PostJsonAsync($"{path}/test", new { });
        hook.Receiver.Status = 204;
        (failed.GetProperty("delivered").GetBoolean(), failed.GetProperty("retryable").GetBoolean(), failed.Text("error")).ShouldBe((false, true, "It answered 503 to …."));
        var log = (await hook.Admin.GetJsonAsync($"/api/v1/notifications?channel_id={created.Id()}")).GetProperty("data").EnumerateArray().ToList();
        log.Select(n => (n.Text("event"), n.Text("status"))).ShouldBe([("test", "failed"), ("test", "delivered")]);
        (await hook.Admin.GetJsonAsync($"/api/v1/notifications?channel_id={created.Id()}&status=failed")).GetProperty("data").GetArrayLength().ShouldBe(1);
        var first = await hook.Admin.GetJsonAsync($"/api/v1/notifications?channel_id={created.Id()}&limit=1");
        (await hook.Admin.GetJsonAsync($"/api/v1/notifications?channel_id={created.Id()}&limit=1&cursor={first.Text("next_cursor")}")).GetProperty("data")[0].Id().ShouldBe(log[1].Id());

        // A secret that is set to null goes, and this one is needed.
        (await SendProblemAsync(HttpMethod.Patch, path, new { settings = new { url = "http://x", token = (string?)null } })).ShouldContain("token is missing");
        var everything = string.Concat(
            await hook.Admin.GetStringAsync(path, Token), await hook.Admin.GetStringAsync(HookServer.Channels, Token), changed, created, failed,
            await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT string_agg(detail::text, ' ') FROM audit_logs WHERE target_kind = 'notification_channel'"),
            await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT string_agg(n::text, ' ') FROM notifications n"),
            await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT encode(secrets, 'escape') || settings::text FROM notification_channels WHERE id = $1", created.Id()));
        everything.ShouldNotContain(Hidden);

        using var removed = await hook.Admin.DeleteAsync(path, Token);
        ((int)removed.StatusCode).ShouldBe(204);
        await hook.Admin.GetAsync(path, Token).ShouldBeProblemAsync(404, "notification_channel_not_found");
        (await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT string_agg(action, ',' ORDER BY id) FROM audit_logs WHERE target_id = $1", created.Id().ToString()))
            .ShouldBe("notification_channel.created,notification_channel.updated,notification_channel.tested,notification_channel.tested,notification_channel.removed");
    }

    [Fact]
    public async Task The_runtime_role_cannot_read_secrets()
    {
        await hook.AddChannelAsync("Guarded", "/guarded");
        // Where the database is now: another test has it begin anew.
        await using var database = new Breeze.Core.Storage.Database(ServerDatabase.ConnectionStringOf(hook.Server));
        await using var connection = await database.OpenAsync(new AccessScope { UserId = Guid.NewGuid(), PartnerId = hook.Partner }, Token);
        foreach (var sql in (string[])["SELECT secrets FROM notification_channels", "SELECT * FROM notification_channels", "SELECT length(secrets) FROM notification_channels", "UPDATE notification_channels SET name = encode(secrets, 'hex')"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteScalarAsync(Token))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
        await using var allowed = new NpgsqlCommand("SELECT name FROM notification_channels WHERE name = 'Guarded'", connection);
        (await allowed.ExecuteScalarAsync(Token)).ShouldBe("Guarded");
    }

    [Fact]
    public async Task Routes_are_made_ordered_changed_and_removed()
    {
        var channel = (await hook.AddChannelAsync("For routes", "/routes")).Id();
        var organization = (await hook.Admin.PostJsonAsync("/api/v1/organizations", new { name = $"R {Guid.NewGuid():n}" }, 201)).Id();
        var other = (await hook.Admin.PostJsonAsync("/api/v1/organizations", new { name = $"R {Guid.NewGuid():n}" }, 201)).Id();
        var theirs = (await hook.AddChannelAsync("Of another", "/other", organization: other)).Id();
        Task<string> RefusedAsync(object body, int status, string code) => hook.Admin.PostAsJsonAsync(HookServer.Routes, body, Token).ShouldBeProblemAsync(status, code);
        await RefusedAsync(new { name = "x", organization_id = organization, channel_ids = new[] { theirs } }, 400, "channel_of_other_organization");
        await RefusedAsync(new { name = "x", channel_ids = new[] { Guid.NewGuid() } }, 404, "notification_channel_not_found");
        await RefusedAsync(new { name = "x", target = "os.famly = \"linux\"" }, 400, "expression_invalid");
        await RefusedAsync(new { name = "x", severities = new[] { "awful" } }, 400, "severities_invalid");
        await RefusedAsync(new { name = "x", events = Array.Empty<string>() }, 400, "events_invalid");
        await RefusedAsync(new { name = "x", hours = new { time_zone = "Mars" } }, 400, "hours_invalid");
        await RefusedAsync(new { name = "x", quiet = new { time_zone = "UTC", from = "00:00", to = "00:00" } }, 400, "quiet_invalid");

        var ids = new List<Guid>();
        foreach (var name in (string[])["One", "Two", "Three"])
        {
            ids.Add((await hook.Admin.PostJsonAsync(HookServer.Routes, new
            {
                name, organization_id = organization, channel_ids = new[] { channel }, severities = new[] { "critical", "error" }, target = "os.family=\"linux\"",
                quiet = new { time_zone = "Europe/Berlin", from = "22:00", to = "07:00" },
            }, 201)).Id());
        }
        await RefusedAsync(new { name = "One", organization_id = organization }, 409, "name_taken");
        await SendProblemAsync(HttpMethod.Put, $"{HookServer.Routes}/order", new { organization_id = organization, route_ids = ids.Take(2) });
        await SendAsync(HttpMethod.Put, $"{HookServer.Routes}/order", new { organization_id = organization, route_ids = (Guid[])[ids[2], ids[0], ids[1]] }, 204);
        (await hook.Admin.GetJsonAsync(HookServer.Routes)).GetProperty("data").EnumerateArray().Where(r => ids.Contains(r.Id())).Select(r => r.Text("name")).ShouldBe(["Three", "One", "Two"]);
        var path = $"{HookServer.Routes}/{ids[0]}";
        var route = await SendAsync(HttpMethod.Patch, path, new { stops = true, digest_minutes = 15, quiet = new { } });
        (route.GetProperty("stops").GetBoolean(), route.GetProperty("digest_minutes").GetInt32(), route.GetProperty("quiet").ToString(), route.Text("target")).ShouldBe((true, 15, "{}", "os.family = \"linux\""));

        using (var removed = await hook.Admin.DeleteAsync($"{HookServer.Channels}/{channel}", Token))
        {
            ((int)removed.StatusCode).ShouldBe(204);
        }
        (await hook.Admin.GetJsonAsync(path)).GetProperty("channel_ids").GetArrayLength().ShouldBe(0, "a channel that went is in no route");
        foreach (var id in ids)
        {
            using var removed = await hook.Admin.DeleteAsync($"{HookServer.Routes}/{id}", Token);
            ((int)removed.StatusCode).ShouldBe(204);
        }
    }

    [Fact]
    public async Task An_alert_is_told_within_seconds_and_acknowledged_by_the_link_in_the_message()
    {
        var channel = await hook.AddChannelAsync("Soon", "/soon");
        var route = await hook.Admin.PostJsonAsync(HookServer.Routes, new { name = "Soon", channel_ids = new[] { channel.Id() } }, 201);
        await hook.RaiseAsync(1, "Soon");
        await Http.UntilAsync(() => Task.FromResult(hook.Receiver.Received.Any(r => r.Body.Text("title").StartsWith("Soon", StringComparison.Ordinal))), TimeSpan.FromSeconds(15));
        var told = hook.Receiver.Received.Single(r => r.Body.Text("title") == "Soon 1").Body;
        var link = new Uri(told.Text("acknowledge"));
        link.AbsolutePath.ShouldStartWith("/alerts/ack/");

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = hook.Server.Url };
        var page = await browser.GetStringAsync(link.AbsolutePath, Token);
        page.ShouldContain("Soon 1");
        (await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT status FROM alerts WHERE id = $1", told.GetProperty("alert_id").GetGuid())).ShouldBe("firing", "to look is not to act");
        using (var bare = await browser.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([]), Token))
        {
            ((int)bare.StatusCode).ShouldBe(400);
        }
        var antiforgery = AntiforgeryPattern().Match(page).Groups[1].Value;
        using (var done = await browser.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([new("__RequestVerificationToken", antiforgery)]), Token))
        {
            ((int)done.StatusCode).ShouldBe(200);
        }
        (await ServerDatabase.ReadAsync<string>(hook.Server, "SELECT status FROM alerts WHERE id = $1", told.GetProperty("alert_id").GetGuid())).ShouldBe("acknowledged");
        using var again = await browser.GetAsync(link.AbsolutePath, Token);
        using var unknown = await browser.GetAsync("/alerts/ack/nothing-like-it", Token);
        ((int)again.StatusCode, (int)unknown.StatusCode).ShouldBe((404, 404));
        var (used, never) = (await again.Content.ReadAsStringAsync(Token), await unknown.Content.ReadAsStringAsync(Token));
        used.ShouldNotContain("Soon 1");
        Regex.Match(used, "<h1>.*</h1>").Value.ShouldBe(Regex.Match(never, "<h1>.*</h1>").Value);
        using var removed = await hook.Admin.DeleteAsync($"{HookServer.Routes}/{route.Id()}", Token);
    }

    [Fact]
    public async Task PagerDuty_and_Opsgenie_open_and_close_each_alert_by_its_own_key()
    {
        await using var pagers = await HookReceiver.StartAsync();
        pagers.Status = 202;
        await Http.UntilAsync(async () => (await hook.TypesAsync()).ToHashSet().IsSupersetOf(["pagerduty", "opsgenie"]));
        Guid[] channels =
        [
            (await hook.Admin.PostJsonAsync(HookServer.Channels, new { name = "PagerDuty", type = "pagerduty", rate_per_minute = 1000, settings = new { routing_key = new string('k', 32), api_url = pagers.Url } }, 201)).Id(),
            (await hook.Admin.PostJsonAsync(HookServer.Channels, new { name = "Opsgenie", type = "opsgenie", rate_per_minute = 1000, settings = new { api_key = new string('k', 32), api_url = pagers.Url } }, 201)).Id(),
        ];
        var route = await hook.Admin.PostJsonAsync(HookServer.Routes, new { name = "Pagers", channel_ids = channels }, 201);
        await hook.RaiseAsync(2, "Paged");
        await Http.UntilAsync(() => Task.FromResult(pagers.Received.Count == 4), TimeSpan.FromSeconds(30));
        var keys = (await ServerDatabase.ReadAsync<string>(
            hook.Server,
            """
            WITH over AS (UPDATE alerts SET status = 'resolved', resolved_at = now(), resolution = 'recovered' WHERE title LIKE 'Paged %' RETURNING id, partner_id),
            said AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'resolved', now() FROM over)
            SELECT string_agg(id::text, ',' ORDER BY id) FROM over
            """)).Split(',');
        await Http.UntilAsync(() => Task.FromResult(pagers.Received.Count == 8), TimeSpan.FromSeconds(30));
        string[] Of(string action) => [.. pagers.Received.Where(r => r.Path == "/v2/enqueue" && r.Body.Text("event_action") == action).Select(r => r.Body.Text("dedup_key")).Order(StringComparer.Ordinal)];
        Of("trigger").ShouldBe(keys, ignoreOrder: true);
        Of("resolve").ShouldBe(keys, ignoreOrder: true);
        pagers.Received.Where(r => r.Path == "/v2/alerts").Select(r => r.Body.Text("alias")).ShouldBe(keys, ignoreOrder: true);
        pagers.Received.Where(r => r.Path.EndsWith("/close", StringComparison.Ordinal)).Select(r => r.Path.Split('/')[3]).ShouldBe(keys, ignoreOrder: true);
        using var removed = await hook.Admin.DeleteAsync($"{HookServer.Routes}/{route.Id()}", Token);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_thousand_each_still_arrives_and_hardly_any_twice()
    {
        const int Count = 1000;
        Guid[] channels = [(await hook.AddChannelAsync("Kill one", "/kill")).Id(), (await hook.AddChannelAsync("Kill two", "/kill")).Id()];
        var route = await hook.Admin.PostJsonAsync(HookServer.Routes, new { name = "Kill", channel_ids = channels }, 201);
        await hook.RaiseAsync(Count / channels.Length, "Kill");
        List<Guid> Ids() => [.. hook.Receiver.Received.Where(r => r.Body.Text("title").StartsWith("Kill", StringComparison.Ordinal)).Select(r => r.Body.Id())];
        await Http.UntilAsync(() => Task.FromResult(Ids().Count > Count / 3));
        await hook.Server.KillAsync(Token);
        var before = Ids().Count;
        before.ShouldBeLessThan(Count, "it was killed in the middle");
        await hook.Server.StartAgainAsync(Token);
        await Http.UntilAsync(() => Task.FromResult(Ids().Distinct().Count() == Count), TimeSpan.FromSeconds(120));
        await Http.UntilAsync(async () => await ServerDatabase.ReadAsync<long>(hook.Server, "SELECT count(*) FROM notifications WHERE channel_id = ANY ($1) AND status = 'delivered'", channels) == Count);
        var twice = Ids().Count - Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} before the kill, {twice} twice");
        twice.ShouldBeLessThan(Count / 100);
        hook.Receiver.Received.Where(r => r.Body.Text("title").StartsWith("Kill", StringComparison.Ordinal)).ShouldAllBe(r => r.Body.GetProperty("other_count").GetInt32() == 0);
        using var removed = await hook.Admin.DeleteAsync($"{HookServer.Routes}/{route.Id()}", Token);
    }

    async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, int status = 200)
    {
        using var response = await hook.Admin.SendAsync(new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) }, Token);
        return await Http.ReadAsync(response, status);
    }

    Task<string> SendProblemAsync(HttpMethod method, string path, object body) =>
        hook.Admin.SendAsync(new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) }, Token).ShouldBeProblemAsync(400);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryPattern();
}
