using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.SignIn;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>A person and an agent on the two sockets of a session, on the real server.</summary>
public sealed class RemoteSessionTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_join_talk_through_the_server_and_the_audit_log_tells_of_it()
    {
        using var agent = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        var command = (await agent.HeartbeatAsync()).GetProperty("commands")[0];
        command.Text("type").ShouldBe("remote.connect");
        command.GetProperty("payload").GetProperty("session_id").GetGuid().ShouldBe(id);

        using var browser = await JoinAsync(id, ticket);
        var told = (await FakeAgent.ReceiveAsync(browser, "session")).GetProperty("session");
        told.Text("kind").ShouldBe("terminal");
        using var device = await agent.ConnectAsync(id);
        var offer = (await FakeAgent.ReceiveAsync(device, "session")).GetProperty("session");
        offer.Text("technician").ShouldNotBeEmpty();
        offer.GetProperty("options").GetProperty("columns").GetInt32().ShouldBe(80);
        await FakeAgent.ReceiveAsync(browser, "peer");
        await FakeAgent.ReceiveAsync(device, "peer");
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).Text("status").ShouldBe("active");

        await SayAsync(browser, new { type = "offer", sdp = "v=0" });
        (await FakeAgent.ReceiveAsync(device, "offer")).Text("sdp").ShouldBe("v=0");
        await SayAsync(device, new { type = "answer", sdp = "v=1" });
        (await FakeAgent.ReceiveAsync(browser, "answer")).Text("sdp").ShouldBe("v=1");
        // What only the server may say does not get through: the agent hears the transport next.
        await SayAsync(browser, new { type = "session", session = new { id, kind = "files", technician = "Somebody else" } });
        await SayAsync(browser, new { type = "transport", transport = "relay" });
        (await ReceiveAnyAsync(device)).Text("type").ShouldBe("transport");
        for (var i = 0; i < 200; i++)
        {
            await browser.SendAsync(new byte[] { 0, (byte)i }, WebSocketMessageType.Binary, true, Token);
        }
        var bytes = new byte[16];
        for (var i = 0; i < 200; i++)
        {
            (await device.ReceiveAsync(bytes.AsMemory(), Token)).Count.ShouldBe(2);
            bytes[1].ShouldBe((byte)i);
        }

        await SayAsync(device, new { type = "end", reason = "exited", message = "The shell has ended.\u202E" });
        var end = await FakeAgent.ReceiveAsync(browser, "end");
        end.Text("reason").ShouldBe("exited");
        end.Text("message").ShouldBe("The shell has ended.");
        var row = await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}");
        (row.Text("status"), row.Text("end_reason"), row.Text("transport")).ShouldBe(("ended", "exited", "relay"));
        var audit = (await shared.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}&limit=50")).GetProperty("data").EnumerateArray().Select(e => e.Text("action")).ToList();
        audit.ShouldContain("remote.session_requested");
        audit.ShouldContain("remote.session_started");
        audit.ShouldContain("remote.session_ended");
    }

    [Fact]
    public async Task The_page_of_sessions_shows_who_works_where_and_ends_it()
    {
        using var agent = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        using var browser = await JoinAsync(id, ticket);
        await FakeAgent.ReceiveAsync(browser, "session");
        using var pages = await PageClient.SignInAsync(shared.Server, ServerProcess.AdminEmail, ServerProcess.AdminPassword);
        (await TextAsync("/remote?state=open&kind=terminal")).ShouldContain($"session-{id}");
        (await TextAsync("/remote?state=open&kind=files")).ShouldNotContain($"session-{id}");
        (await pages.SendAsync("/remote?state=open", "?handler=End", ("id", id.ToString()))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Redirect);
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("reason").ShouldBe("ended_by_person");
        (await TextAsync("/remote?state=ended")).ShouldContain($"session-{id}");
        (await TextAsync("/remote?state=open")).ShouldNotContain($"session-{id}");

        // Ended once is ended: whoever presses late is told.
        using var late = await pages.SendAsync("/remote?state=ended", "?handler=End", ("id", id.ToString()));
        late.StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync(Token)).ShouldContain("has ended already");

        async Task<string> TextAsync(string path)
        {
            using var response = await pages.GetAsync(path);
            response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
            return await response.Content.ReadAsStringAsync(Token);
        }
    }

    [Fact]
    public async Task A_ticket_is_good_once_and_for_its_own_session_and_only_the_own_device_joins()
    {
        using var agent = await OnlineAsync();
        using var other = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        using (var forged = await JoinAsync(id, (ticket[0] == 'A' ? "B" : "A") + ticket[1..]))
        {
            (await FakeAgent.ReceiveAsync(forged, "end")).Text("reason").ShouldBe("refused");
        }
        using var browser = await JoinAsync(id, ticket);
        await FakeAgent.ReceiveAsync(browser, "session");
        using (var again = await JoinAsync(id, ticket))
        {
            (await FakeAgent.ReceiveAsync(again, "end")).Text("reason").ShouldBe("refused");
        }
        await Should.ThrowAsync<WebSocketException>(() => other.ConnectAsync(id));
        using var foreign = new ClientWebSocket();
        foreign.Options.SetRequestHeader("Origin", "https://evil.example");
        await Should.ThrowAsync<WebSocketException>(() => foreign.ConnectAsync(Address(id), Token));

        // Ended by its own person, it tells the browser, and takes no device any more.
        using (var ended = await shared.Admin.DeleteAsync($"/api/v1/remote/sessions/{id}", Token))
        {
            ((int)ended.StatusCode).ShouldBe(204);
        }
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("reason").ShouldBe("ended_by_person");
        await Should.ThrowAsync<WebSocketException>(() => agent.ConnectAsync(id));
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).Text("status").ShouldBe("failed");
        await shared.Admin.DeleteAsync($"/api/v1/remote/sessions/{id}", Token).ShouldBeProblemAsync(409, "remote_session_ended");
    }

    [Fact]
    public async Task A_session_takes_the_right_of_its_kind_a_fresh_confirmation_and_a_device_in_reach_that_is_online()
    {
        using var agent = await OnlineAsync();
        var viewer = await shared.AddUserAsync(await shared.PartnerIdAsync(), BuiltInRoles.PartnerViewer);
        await PostAsync(viewer, agent.Id, "terminal").ShouldBeProblemAsync(403, "forbidden");
        var stranger = await shared.AddPartnerAsync("Stranger");
        await PostAsync(stranger.Admin, agent.Id, "terminal").ShouldBeProblemAsync(404, "device_not_found");
        await PostAsync(shared.Admin, agent.Id, "telepathy").ShouldBeProblemAsync(400, "kind_invalid");
        using var away = await shared.EnrolAsync();
        await PostAsync(shared.Admin, away.Id, "terminal").ShouldBeProblemAsync(409, "device_not_online");

        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerTechnician);
        using var client = person.ClientOf(await person.TokensAsync());
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = $1 RETURNING user_id", person.Id);
        await PostAsync(client, agent.Id, "terminal").ShouldBeProblemAsync(403, "step_up_required");
        await client.PostJsonAsync("/api/v1/auth/step-up", new { password = Person.Password });
        var (id, ticket) = await AskAsync(client, agent);

        // Their sign-in ends, and so does what runs in it.
        using var browser = await JoinAsync(id, ticket);
        using var device = await agent.ConnectAsync(id);
        await FakeAgent.ReceiveAsync(device, "peer");
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1 RETURNING user_id", person.Id);
        (await FakeAgent.ReceiveAsync(device, "end")).Text("reason").ShouldBe("rights_revoked");
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("reason").ShouldBe("rights_revoked");
    }

    [Theory]
    [InlineData("revoke-token")]
    [InlineData("quarantine")]
    public async Task A_device_that_is_cut_off_loses_its_sessions_at_once(string deed)
    {
        using var agent = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        using var browser = await JoinAsync(id, ticket);
        using var device = await agent.ConnectAsync(id);
        await FakeAgent.ReceiveAsync(browser, "peer");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using (var done = await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/{deed}", """{"reason":"Stolen"}"""))
        {
            ((int)done.StatusCode).ShouldBe(204);
        }
        (await FakeAgent.ReceiveAsync(browser, "end")).Text("reason").ShouldBe("rights_revoked");
        (await FakeAgent.ReceiveAsync(device, "end")).Text("reason").ShouldBe("rights_revoked");
        // The look at the rights every fifteen seconds would have come later.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task What_a_device_says_was_done_is_in_the_audit_log_as_its_word_and_nobody_else_can_say_so()
    {
        using var agent = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        using var browser = await JoinAsync(id, ticket);
        using var device = await agent.ConnectAsync(id);
        await FakeAgent.ReceiveAsync(device, "peer");
        await SayAsync(browser, new { type = "activity", activity = new { action = "forged", target = "/" } });
        await SayAsync(device, new { type = "activity", activity = new { action = "Not a word!", target = "/" } });
        await SayAsync(device, new { type = "activity" });
        await SayAsync(device, new
        {
            type = "activity",
            activity = new { action = "uploaded", target = "/srv/\u202Ea\u0000b" + new string('x', 5000), bytes = 12, sha256 = "ab", outcome = "cancelled" },
        });
        await SayAsync(device, new { type = "end", reason = "closed" });
        await FakeAgent.ReceiveAsync(browser, "end");
        var entries = (await shared.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}&limit=50")).GetProperty("data").EnumerateArray().ToList();
        entries.ShouldNotContain(e => e.Text("action").Contains("forged", StringComparison.Ordinal));
        var entry = entries.Where(e => e.Text("action").StartsWith("remote.terminal.", StringComparison.Ordinal)).ShouldHaveSingleItem();
        entry.Text("action").ShouldBe("remote.terminal.uploaded");
        var detail = entry.GetProperty("detail");
        detail.Text("target").ShouldStartWith("/srv/abx");
        detail.Text("target").Length.ShouldBe(1000);
        (detail.GetProperty("bytes").GetInt64(), detail.Text("outcome"), detail.Text("reported_by")).ShouldBe((12, "cancelled", "device"));
        detail.GetProperty("session").GetGuid().ShouldBe(id);
    }

    [Fact]
    public async Task Who_floods_the_relay_loses_the_session_and_nobody_else_does()
    {
        using var agent = await OnlineAsync();
        var (id, ticket) = await AskAsync(shared.Admin, agent);
        using var browser = await JoinAsync(id, ticket);
        using var device = await agent.ConnectAsync(id);
        await FakeAgent.ReceiveAsync(device, "peer");
        var frame = new byte[60_000];
        var sending = Task.Run(async () =>
        {
            try
            {
                for (var i = 0; i < 2000; i++)
                {
                    await device.SendAsync(frame, WebSocketMessageType.Binary, true, Token);
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
            {
                // The server has closed the socket, as it should, or we have below while it was still sending.
            }
        }, Token);
        await Http.UntilAsync(async () => (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).GetProperty("ended_at").ValueKind == JsonValueKind.String);
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).Text("end_reason").ShouldBe("flood");
        device.Abort();
        await sending;
        await shared.Admin.GetJsonAsync("/api/v1/devices");
    }

    Task<FakeAgent> OnlineAsync() => SessionBed.OnlineAsync(shared);

    static Task<HttpResponseMessage> PostAsync(HttpClient client, Guid device, string kind) => SessionBed.PostAsync(client, device, kind);

    static Task<(Guid Id, string Ticket)> AskAsync(HttpClient client, FakeAgent agent) => SessionBed.AskAsync(client, agent);

    Uri Address(Guid session) => SessionBed.Address(shared.Server, session);

    Task<ClientWebSocket> JoinAsync(Guid session, string ticket) => SessionBed.JoinAsync(shared.Server, session, new { type = "join", ticket });

    static Task SayAsync(ClientWebSocket socket, object frame) => SessionBed.SayAsync(socket, frame);

    static async Task<JsonElement> ReceiveAnyAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        return JsonElement.Parse(buffer.AsSpan(0, received.Count));
    }
}
