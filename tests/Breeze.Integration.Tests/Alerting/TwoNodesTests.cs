using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Whichever node a device, a person or a timer meets, there is one install.</summary>
public sealed class TwoNodesTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(700);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_that_talks_to_both_nodes_by_turns_has_one_alert_with_one_timer_which_is_told_once()
    {
        using var first = await FakeAgent.EnrolAsync(nodes.First.Url, nodes.Admin, nodes.Site, "by-turns");
        using var second = first.At(nodes.Second.Url);
        // The other node knows of the enrolment, the rule and its end without being asked twice.
        await second.HeartbeatAsync();
        var rule = await nodes.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Turns", severity = "error", condition = "cpu.percent > 90 for 6s", target = "hostname = \"by-turns\"", reopen_minutes = 0 }, 201);
        await Http.UntilAsync(async () => await BeatAsync(second, 0.95) && await StateAsync() == "pending");
        var begun = await StartedAsync();

        var turn = 0;
        FakeAgent Next() => turn++ % 2 == 0 ? first : second;
        await Http.UntilAsync(async () =>
        {
            await Task.Delay(Beat, Token);
            return await BeatAsync(Next(), 0.95) && await StateAsync() != "pending";
        });
        (await StateAsync()).ShouldBe("firing");
        (await StartedAsync()).ShouldBe(begun, "the time is the same at both nodes");
        var took = await nodes.ReadAsync<double>("SELECT extract(epoch FROM fired_at - started_at)::float8 FROM alerts WHERE rule_id = $1", rule.Id());
        took.ShouldBeInRange(6, 12, "it did not begin anew with each turn");
        for (var i = 0; i < 6; i++)
        {
            await BeatAsync(Next(), 0.95);
        }
        // Every node ends what the other began.
        await Http.UntilAsync(async () => await BeatAsync(Next(), 0.1) && await StateAsync() == "resolved");
        await BeatAsync(Next(), 0.1);
        (await nodes.ReadAsync<string>("SELECT string_agg(kind, ',' ORDER BY e.at, e.id) FROM alert_events e JOIN alerts a ON a.id = e.alert_id WHERE a.rule_id = $1", rule.Id())).ShouldBe("firing,resolved");
        await Http.UntilAsync(() => Task.FromResult(nodes.Told("Turns").Count >= 2));

        // Changed at the other node: what it says now counts here as well.
        using (var changed = await nodes.AdminAtSecond.PatchAsync($"/api/v1/alert-rules/{rule.Id()}", new StringContent("""{"condition":"cpu.percent > 80"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Token))
        {
            changed.EnsureSuccessStatusCode();
        }
        await Http.UntilAsync(async () => await BeatAsync(first, 0.85) && await nodes.ReadAsync<long>("SELECT count(*) FROM alerts WHERE rule_id = $1 AND status = 'firing'", rule.Id()) == 1);
        await Http.UntilAsync(() => Task.FromResult(nodes.Told("Turns").Count >= 3));
        nodes.Told("Turns").Select(t => t.Event).ShouldBe(["firing", "resolved", "firing"]);
        (await nodes.ReadAsync<long>("SELECT count(*) FROM alerts WHERE rule_id = $1", rule.Id())).ShouldBe(2);

        Task<string> StateAsync() => nodes.ReadAsync<string>("SELECT coalesce((SELECT status FROM alerts WHERE rule_id = $1 ORDER BY id DESC LIMIT 1), '')", rule.Id());
        Task<DateTime> StartedAsync() => nodes.ReadAsync<DateTime>("SELECT started_at FROM alerts WHERE rule_id = $1 ORDER BY id DESC LIMIT 1", rule.Id());
    }

    [Fact]
    public async Task Both_nodes_deliver_and_each_notification_comes_once()
    {
        const int Count = 300;
        await nodes.ReadAsync<long>(
            """
            WITH made AS (
                INSERT INTO alerts (id, partner_id, organization_id, source, fingerprint, severity, status, title, started_at, fired_at)
                SELECT breeze_uuid7(), o.partner_id, o.id, 'alertmanager', gen_random_uuid()::text, 'warning', 'firing', 'Many ' || n, now(), now() FROM generate_series(1, $1) AS n, (SELECT * FROM organizations LIMIT 1) o
                RETURNING id, partner_id),
            said AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'firing', now() FROM made RETURNING 1)
            SELECT count(*) FROM said
            """, Count);
        await Http.UntilAsync(() => Task.FromResult(nodes.Told("Many").Count >= Count));
        await Http.UntilAsync(async () => await nodes.ReadAsync<long>("SELECT count(*) FROM notifications n JOIN alerts a ON a.id = n.alert_id WHERE a.title LIKE 'Many %' AND n.status = 'queued'") == 0);
        var told = nodes.Told("Many");
        told.Count.ShouldBe(told.Select(t => t.Id).Distinct().Count());
        told.Select(t => t.Title).Distinct().Count().ShouldBe(Count);
        (await nodes.ReadAsync<long>("SELECT count(*) FROM notifications n JOIN alerts a ON a.id = n.alert_id WHERE a.title LIKE 'Many %' AND n.attempts > 1")).ShouldBe(0);
    }

    [Fact]
    public async Task The_inbox_open_at_one_node_follows_what_the_other_sees()
    {
        using var agent = (await FakeAgent.EnrolAsync(nodes.First.Url, nodes.Admin, nodes.Site, "watched")).At(nodes.Second.Url);
        await nodes.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Watched", severity = "error", condition = "cpu.percent > 90", target = "hostname = \"watched\"" }, 201);
        using var page = await PageClient.SignInAsync(nodes.First, ServerProcess.AdminEmail, ServerProcess.AdminPassword);
        using var stream = await page.OpenStreamAsync("/alerts?handler=Stream");
        (await stream.ReadLineAsync(Token)).ShouldStartWith("retry:");
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.99) && await nodes.ReadAsync<long>("SELECT count(*) FROM alerts WHERE device_id = $1 AND status = 'firing'", agent.Id) == 1);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await stream.ReadLineAsync(patience.Token) != "event: state")
        {
        }
        using var list = await page.GetAsync("/alerts");
        (await list.Content.ReadAsStringAsync(Token)).ShouldContain("Watched: watched");
    }

    [Fact]
    public async Task When_the_node_that_takes_the_ticks_is_killed_the_other_goes_on()
    {
        var device = await FakeAgent.EnrolAsync(nodes.First.Url, nodes.Admin, nodes.Site, "left-alone");
        using var agent = device.At(nodes.Second.Url);
        await nodes.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Silent", severity = "critical", condition = "offline", target = "hostname = \"left-alone\"" }, 201);
        await agent.HeartbeatAsync();
        var leader = 0;
        await Http.UntilAsync(async () => (leader = await nodes.LeaderAsync()) != 0);
        await nodes.First.KillAsync(Token);
        try
        {
            var next = 0;
            await Http.UntilAsync(async () => (next = await nodes.LeaderAsync()) != 0 && next != leader);
            // Nobody hears of the device any more, and the one that is left says so.
            await Http.UntilAsync(
                async () => await nodes.ReadAsync<string>("SELECT coalesce((SELECT string_agg(status, ',') FROM alerts WHERE device_id = $1), '')", agent.Id) == "firing", TimeSpan.FromSeconds(120));
            (await nodes.ReadAsync<string>("SELECT status FROM devices WHERE id = $1", agent.Id)).ShouldBe("offline");
        }
        finally
        {
            await nodes.First.StartAgainAsync(Token);
        }
        // Back, the first takes what comes, and leaves the ticks where they are.
        await device.HeartbeatAsync();
        await Http.UntilAsync(async () => await nodes.ReadAsync<string>("SELECT string_agg(status, ',') FROM alerts WHERE device_id = $1", agent.Id) == "resolved");
        device.Dispose();
    }

    [Fact]
    public async Task A_session_joins_a_person_at_one_node_and_a_device_at_the_other()
    {
        const int Frames = 200;
        using var agent = (await FakeAgent.EnrolAsync(nodes.First.Url, nodes.Admin, nodes.Site, "far")).At(nodes.Second.Url);
        await agent.HeartbeatAsync();
        JsonElement session = default;
        await Http.UntilAsync(async () =>
        {
            using var asked = await nodes.Admin.PostTextAsync("/api/v1/remote/sessions", JsonSerializer.Serialize(new { device_id = agent.Id, kind = "terminal", options = new { columns = 80, rows = 24 } }));
            session = asked.IsSuccessStatusCode ? await Http.ReadAsync(asked, 201) : default;
            return session.ValueKind == JsonValueKind.Object;
        });
        using var browser = new ClientWebSocket();
        browser.Options.SetRequestHeader("Origin", nodes.First.Url.GetLeftPart(UriPartial.Authority));
        await browser.ConnectAsync(new UriBuilder(nodes.First.Url) { Scheme = "ws", Path = $"/ws/remote/{session.Id()}" }.Uri, Token);
        await SayAsync(browser, new { type = "join", ticket = session.Text("ticket") });
        await FakeAgent.ReceiveAsync(browser, "session");
        using var device = await agent.ConnectAsync(session.Id());
        await FakeAgent.ReceiveAsync(device, "session");
        await FakeAgent.ReceiveAsync(browser, "peer");
        await FakeAgent.ReceiveAsync(device, "peer");
        await SayAsync(browser, new { type = "transport", transport = "relay" });
        await FakeAgent.ReceiveAsync(device, "transport");

        // Everything comes back, in its order, by way of both nodes.
        var echo = Task.Run(async () =>
        {
            var frame = new byte[2048];
            for (var i = 0; i < Frames; i++)
            {
                var received = await device.ReceiveAsync(frame.AsMemory(), Token);
                await device.SendAsync(frame.AsMemory(0, received.Count), WebSocketMessageType.Binary, true, Token);
            }
        }, Token);
        for (var i = 0; i < Frames; i++)
        {
            await browser.SendAsync((byte[])[0, (byte)i, .. new byte[1000]], WebSocketMessageType.Binary, true, Token);
        }
        var heard = new byte[2048];
        for (var i = 0; i < Frames; i++)
        {
            var received = await browser.ReceiveAsync(heard.AsMemory(), Token);
            (received.Count, heard[1]).ShouldBe((1002, (byte)i));
        }
        await echo;
        await SayAsync(device, new { type = "end", reason = "exited", message = "Done." });
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("reason").ShouldBe("exited");
        (await nodes.Admin.GetJsonAsync($"/api/v1/remote/sessions/{session.Id()}")).Text("transport").ShouldBe("relay");
    }

    [Fact]
    public async Task A_session_outlives_the_restart_of_its_node_and_goes_on_at_the_other()
    {
        // The first node is the one that takes the ticks, and another test counts on it.
        using var elsewhere = await FakeAgent.EnrolAsync(nodes.First.Url, nodes.Admin, nodes.Site, "lasting");
        using var agent = elsewhere.At(nodes.Second.Url);
        await agent.HeartbeatAsync();
        var session = await nodes.Admin.PostJsonAsync("/api/v1/remote/sessions", new { device_id = agent.Id, kind = "terminal" }, 201);
        string resume;
        using (var browser = await JoinAsync(nodes.Second, new { type = "join", ticket = session.Text("ticket") }))
        using (var device = await agent.ConnectAsync(session.Id()))
        {
            resume = (await FakeAgent.ReceiveAsync(browser, "session")).Text("resume");
            await FakeAgent.ReceiveAsync(device, "peer");
            await nodes.Second.StopAsync(Token);
            await Remote.SessionBed.ClosedAsync(browser);
            await Remote.SessionBed.ClosedAsync(device);
        }
        using var far = await elsewhere.ConnectAsync(session.Id());
        try
        {
            using var browser = await JoinAsync(nodes.First, new { type = "join", resume });
            resume = (await FakeAgent.ReceiveAsync(browser, "session")).Text("resume");
            await FakeAgent.ReceiveAsync(browser, "peer");
            await FakeAgent.ReceiveAsync(far, "peer");
        }
        finally
        {
            await nodes.Second.StartAgainAsync(Token);
        }
        await FakeAgent.ReceiveAsync(far, "away");
        // One side at each node, the browser's for the third time.
        using var back = await JoinAsync(nodes.Second, new { type = "join", resume });
        await FakeAgent.ReceiveAsync(back, "peer");
        await FakeAgent.ReceiveAsync(far, "peer");
        await SayAsync(back, new { type = "transport", transport = "relay" });
        await FakeAgent.ReceiveAsync(far, "transport");
        await SayAsync(far, new { type = "end", reason = "exited" });
        (await FakeAgent.ReceiveAsync(back, "end")).Text("reason").ShouldBe("exited");

        Task<ClientWebSocket> JoinAsync(ServerProcess node, object join) => Remote.SessionBed.JoinAsync(node, session.Id(), join, nodes.Admin);
    }

    static async Task<bool> BeatAsync(FakeAgent agent, double cpu)
    {
        await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = cpu });
        return true;
    }

    static Task SayAsync(ClientWebSocket socket, object frame) => socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, true, Token);
}
