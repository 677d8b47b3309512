using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>Sessions whose sockets are lost, at either side and with the whole server.</summary>
public sealed class ResumeTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_comes_back_with_what_it_was_given_and_the_device_hears_of_both()
    {
        using var agent = await SessionBed.OnlineAsync(shared);
        var (id, ticket) = await SessionBed.AskAsync(shared.Admin, agent);
        var browser = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        var resume = (await FakeAgent.ReceiveAsync(browser, "session")).Text("resume");
        using var device = await agent.ConnectAsync(id);
        (await FakeAgent.ReceiveAsync(device, "peer")).GetProperty("viewer").GetInt32().ShouldBe(1);

        browser.Abort();
        await FakeAgent.ReceiveAsync(device, "away");
        var interrupted = await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}");
        interrupted.GetProperty("interrupted_at").ValueKind.ShouldBe(JsonValueKind.String);
        interrupted.Text("status").ShouldBe("active");

        using var next = await ResumeAsync(id, resume);
        var given = (await FakeAgent.ReceiveAsync(next, "session")).Text("resume");
        given.ShouldNotBe(resume);
        await FakeAgent.ReceiveAsync(next, "peer");
        // The same page: what was under way is not forgotten.
        (await FakeAgent.ReceiveAsync(device, "peer")).GetProperty("viewer").GetInt32().ShouldBe(1);
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).GetProperty("interrupted_at").ValueKind.ShouldBe(JsonValueKind.Null);
        await SessionBed.SayAsync(next, new { type = "ping" });
        await FakeAgent.ReceiveAsync(next, "pong");

        // A socket whose loss nobody has noticed yet gives way to the next, and does not take the session with it.
        using var third = await ResumeAsync(id, given);
        await FakeAgent.ReceiveAsync(third, "peer");
        await FakeAgent.ReceiveAsync(device, "peer");
        await SessionBed.ClosedAsync(next);
        await SessionBed.SayAsync(third, new { type = "transport", transport = "relay" });
        await FakeAgent.ReceiveAsync(device, "transport");
        await SessionBed.SayAsync(device, new { type = "end", reason = "exited" });
        (await FakeAgent.ReceiveAsync(third, "end")).Text("reason").ShouldBe("exited");
        (await shared.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}&limit=50")).GetProperty("data").EnumerateArray()
            .Count(e => e.Text("action") == "remote.session_resumed").ShouldBe(2);
        browser.Dispose();
    }

    [Fact]
    public async Task A_device_comes_back_by_its_own_token_and_the_browser_hears_of_both()
    {
        using var agent = await SessionBed.OnlineAsync(shared);
        using var other = await SessionBed.OnlineAsync(shared);
        var (id, ticket) = await SessionBed.AskAsync(shared.Admin, agent);
        using var browser = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        using (var device = await agent.ConnectAsync(id))
        {
            await FakeAgent.ReceiveAsync(browser, "peer");
            device.Abort();
        }
        await FakeAgent.ReceiveAsync(browser, "away");
        await Should.ThrowAsync<WebSocketException>(() => other.ConnectAsync(id));
        using (var device = await agent.ConnectAsync(id))
        {
            (await FakeAgent.ReceiveAsync(device, "session")).GetProperty("session").Id().ShouldBe(id);
            await FakeAgent.ReceiveAsync(device, "peer");
            await FakeAgent.ReceiveAsync(browser, "peer");
            device.Abort();
        }
        await FakeAgent.ReceiveAsync(browser, "away");

        // After a minute the session ends with words, and takes nobody any more.
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE remote_sessions SET agent_seen_at = now() - interval '61 seconds' WHERE id = $1 RETURNING id", id);
        await Should.ThrowAsync<WebSocketException>(() => agent.ConnectAsync(id));
        var end = await FakeAgent.ReceiveAsync(browser, "end");
        (end.Text("reason"), end.Text("message").Contains("did not come back", StringComparison.Ordinal)).ShouldBe(("lost", true));
    }

    [Fact]
    public async Task What_lets_a_browser_come_back_is_good_once_in_time_for_its_own_person_and_while_they_have_the_right()
    {
        using var agent = await SessionBed.OnlineAsync(shared);
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerTechnician);
        using var client = person.ClientOf(await person.TokensAsync());
        var (id, ticket) = await SessionBed.AskAsync(client, agent);
        var browser = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        var first = (await FakeAgent.ReceiveAsync(browser, "session")).Text("resume");
        browser.Dispose();

        // Neither the ticket nor a guess, nobody who is not signed in, nobody else, and not the same person by another sign-in.
        await RefusedAsync(new { type = "join", ticket }, client);
        await RefusedAsync(new { type = "join", resume = (first[0] == 'A' ? "B" : "A") + first[1..] }, client);
        await RefusedAsync(new { type = "join", resume = first }, null);
        await RefusedAsync(new { type = "join", resume = first }, shared.Admin);
        using (var elsewhere = person.ClientOf(await person.TokensAsync()))
        {
            await RefusedAsync(new { type = "join", resume = first }, elsewhere);
        }

        var next = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", resume = first }, client);
        var second = (await FakeAgent.ReceiveAsync(next, "session")).Text("resume");
        await RefusedAsync(new { type = "join", resume = first }, client);
        next.Dispose();

        // Too late is too late, also before anybody has swept.
        await ServerDatabase.ReadAsync<Guid>(
            shared.Server, "UPDATE remote_sessions SET browser_link = NULL, browser_seen_at = now() - interval '61 seconds' WHERE id = $1 RETURNING id", id);
        await RefusedAsync(new { type = "join", resume = second }, client);
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE remote_sessions SET browser_seen_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING id", id);

        // The right was taken away meanwhile: that ends the session.
        await ServerDatabase.ReadAsync<Guid>(
            shared.Server, $"UPDATE partner_users SET role_id = '{BuiltInRoles.PartnerViewer}' WHERE user_id = $1 RETURNING user_id", person.Id);
        await RefusedAsync(new { type = "join", resume = second }, client);
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).Text("end_reason").ShouldBe("rights_revoked");

        async Task RefusedAsync(object join, HttpClient? by)
        {
            using var socket = await SessionBed.JoinAsync(shared.Server, id, join, by);
            (await FakeAgent.ReceiveAsync(socket, "end")).Text("reason").ShouldBe("refused");
        }
    }

    [Fact]
    public async Task A_person_returns_to_their_own_living_terminal_from_another_page_and_nobody_else_does()
    {
        using var agent = await SessionBed.OnlineAsync(shared);
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerTechnician);
        using var client = person.ClientOf(await person.TokensAsync());
        var (id, ticket) = await SessionBed.AskAsync(client, agent);
        using var before = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        var resume = (await FakeAgent.ReceiveAsync(before, "session")).Text("resume");
        using var device = await agent.ConnectAsync(id);
        await FakeAgent.ReceiveAsync(device, "peer");

        await ReturnAsync(shared.Admin).ShouldBeProblemAsync(403, "forbidden");
        var stranger = await shared.AddPartnerAsync("Returning stranger");
        await ReturnAsync(stranger.Admin).ShouldBeProblemAsync(404, "remote_session_not_found");
        await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = $1 RETURNING user_id", person.Id);
        await ReturnAsync(client).ShouldBeProblemAsync(403, "step_up_required");

        // Another sign-in of the same person, as at another desk; the page at the first one gives way and cannot come back.
        using var elsewhere = person.ClientOf(await person.TokensAsync());
        var again = await Http.ReadAsync(await ReturnAsync(elsewhere), 200);
        using var after = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket = again.Text("ticket") });
        await FakeAgent.ReceiveAsync(after, "peer");
        (await FakeAgent.ReceiveAsync(device, "peer")).GetProperty("viewer").GetInt32().ShouldBe(2);
        await SessionBed.ClosedAsync(before);
        using (var late = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", resume }, client))
        {
            (await FakeAgent.ReceiveAsync(late, "end")).Text("reason").ShouldBe("refused");
        }
        (await shared.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).Text("status").ShouldBe("active");

        // It lives on for five minutes without a page, and not for longer.
        after.Abort();
        await FakeAgent.ReceiveAsync(device, "away");
        await AwayForAsync("4 minutes");
        await Http.ReadAsync(await ReturnAsync(elsewhere), 200);
        await AwayForAsync("6 minutes");
        (await FakeAgent.ReceiveAsync(device, "end")).Text("reason").ShouldBe("lost");
        await ReturnAsync(elsewhere).ShouldBeProblemAsync(409, "remote_session_ended");

        Task<HttpResponseMessage> ReturnAsync(HttpClient by) => by.PostTextAsync($"/api/v1/remote/sessions/{id}/ticket", "{}");
        Task AwayForAsync(string span) => ServerDatabase.ReadAsync<Guid>(
            shared.Server, $"UPDATE remote_sessions SET browser_link = NULL, browser_seen_at = now() - interval '{span}' WHERE id = $1 RETURNING id", id);
    }

    Task<ClientWebSocket> ResumeAsync(Guid id, string resume) => SessionBed.JoinAsync(shared.Server, id, new { type = "join", resume }, shared.Admin);
}
