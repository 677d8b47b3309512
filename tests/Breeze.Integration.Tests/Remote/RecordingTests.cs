using System.IO.Compression;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Remote.Recording;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>Recordings as a device sends them and people get them, in a company that records its terminals.</summary>
public sealed class RecordingTests(SharedServer shared)
{
    const string Header = """{"version":2,"width":100,"height":30}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_device_recorded_is_kept_in_order_given_back_as_it_was_and_removed_by_whoever_may()
    {
        var bed = await BedAsync();
        using var agent = bed.Agent;
        var (id, browser, device) = await RunningAsync(bed);
        using (browser)
        using (device)
        {
            (await bed.Admin.GetJsonAsync($"/api/v1/remote/sessions/{id}")).GetProperty("recorded").GetBoolean().ShouldBeTrue();
            var first = Pack(Header + "\n[0.5,\"o\",\"Gr\u00fc");
            await SentAsync(agent, id, 0, first);
            await SentAsync(agent, id, 0, first);
            await SendAsync(agent, id, 2, Pack("late")).ShouldBeProblemAsync(409, "recording_gap");
            await bed.Admin.DeleteAsync($"/api/v1/remote/sessions/{id}/recording", Token).ShouldBeProblemAsync(409, "recording_runs");
            await SentAsync(agent, id, 1, Pack("\u00dfe\"]\n"), isLast: true);
            await SentAsync(agent, id, 1, Pack("something else"), isLast: true);
            await SendAsync(agent, id, 2, Pack("more")).ShouldBeProblemAsync(409, "recording_ended");
        }
        (await StateAsync(id)).ShouldBe((RecordingState.Complete, 100, 30, 2));

        var technician = await shared.AddUserAsync(bed.PartnerId, BuiltInRoles.PartnerTechnician);
        await technician.GetAsync($"/api/v1/remote/sessions/{id}/recording", Token).ShouldBeProblemAsync(403, "forbidden");
        using (var got = await bed.Admin.GetAsync($"/api/v1/remote/sessions/{id}/recording", Token))
        {
            got.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-asciicast");
            got.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith(".cast");
            (await got.Content.ReadAsStringAsync(Token)).ShouldBe(Header + "\n[0.5,\"o\",\"Grüße\"]\n");
        }
        using (var removed = await bed.Admin.DeleteAsync($"/api/v1/remote/sessions/{id}/recording", Token))
        {
            ((int)removed.StatusCode).ShouldBe(204);
        }
        await bed.Admin.GetAsync($"/api/v1/remote/sessions/{id}/recording", Token).ShouldBeProblemAsync(404, "recording_not_found");
        (await shared.Database.System.CreateCommand($"SELECT count(*) FROM remote_recording_parts WHERE session_id = '{id}'").ExecuteScalarAsync(Token)).ShouldBe(0L);
        var audit = (await bed.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}&limit=50")).GetProperty("data").EnumerateArray().Select(e => e.Text("action")).ToList();
        audit.ShouldContain("remote.recording_downloaded");
        audit.ShouldContain("remote.recording_deleted");
    }

    [Fact]
    public async Task What_is_no_part_of_a_recording_of_this_device_is_refused_and_a_bomb_is_not_unpacked()
    {
        var bed = await BedAsync();
        using var agent = bed.Agent;
        using var other = await FakeAgent.EnrolAsync(shared.Server.Url, bed.Admin, bed.SiteId);
        var asked = await SessionBed.AskAsync(bed.Admin, agent);
        await SendAsync(agent, asked.Id, 0, Pack(Header + "\n")).ShouldBeProblemAsync(404, "remote_session_not_found");
        var (id, browser, device) = await RunningAsync(bed);
        using (browser)
        using (device)
        {
            await SendAsync(other, id, 0, Pack(Header + "\n")).ShouldBeProblemAsync(404, "remote_session_not_found");
            await SendAsync(agent, Guid.NewGuid(), 0, Pack(Header + "\n")).ShouldBeProblemAsync(404, "remote_session_not_found");
            await SendAsync(agent, id, 0, Encoding.UTF8.GetBytes(Header + "\n")).ShouldBeProblemAsync(400, "part_invalid");
            await SendAsync(agent, id, 0, Pack(new string(' ', 2 << 20))).ShouldBeProblemAsync(400, "part_invalid");
            await SendAsync(agent, id, 0, RandomNumberGenerator.GetBytes((256 << 10) + 1)).ShouldBeProblemAsync(413, "body_too_large");
            foreach (var header in (string[])["", Header, "null\n", "{}\n", """{"version":2,"width":0,"height":30}""" + "\n", """{"version":1,"width":80,"height":24}""" + "\n", """{"version":2,"width":80,"height":1e9}""" + "\n"])
            {
                await SendAsync(agent, id, 0, Pack(header)).ShouldBeProblemAsync(400, "recording_invalid");
            }
            foreach (var number in (string[])["-1", "x", "4294967296", "1.0"])
            {
                using var refused = await agent.Client.PostAsync($"/api/v1/agents/{agent.Id}/recordings/{id}/parts/{number}", new ByteArrayContent(Pack(Header + "\n")), Token);
                ((int)refused.StatusCode).ShouldBe(400);
            }
            await SentAsync(agent, id, 0, Pack(Header + "\n"));

            // As much as a session may have is there already.
            await ServerDatabase.ReadAsync<Guid>(shared.Server, "UPDATE remote_recordings SET bytes = 256 << 20 WHERE session_id = $1 RETURNING session_id", id);
            await SendAsync(agent, id, 1, Pack("[1,\"o\",\"x\"]\n")).ShouldBeProblemAsync(409, "recording_full");
            await SendAsync(agent, id, 1, Pack("[1,\"o\",\"x\"]\n")).ShouldBeProblemAsync(409, "recording_ended");
            (await StateAsync(id)).ShouldBe((RecordingState.Cut, 100, 30, 1));
        }

        // A company that does not record takes nothing.
        var plain = await SessionBed.OnlineAsync(shared);
        var (silent, ticket) = await SessionBed.AskAsync(shared.Admin, plain);
        using (var page = await SessionBed.JoinAsync(shared.Server, silent, new { type = "join", ticket }))
        using (var socket = await plain.ConnectAsync(silent))
        {
            (await FakeAgent.ReceiveAsync(socket, "session")).GetProperty("session").GetProperty("recorded").GetBoolean().ShouldBeFalse();
            await FakeAgent.ReceiveAsync(socket, "peer");
            await SendAsync(plain, silent, 0, Pack(Header + "\n")).ShouldBeProblemAsync(404, "remote_session_not_found");
        }
        plain.Dispose();
    }

    [Fact]
    public async Task The_rest_may_come_a_little_later_then_it_is_cut_and_after_the_companys_days_it_is_gone()
    {
        var bed = await BedAsync();
        using var agent = bed.Agent;
        var (id, browser, device) = await RunningAsync(bed);
        await SentAsync(agent, id, 0, Pack(Header + "\n"));
        await SessionBed.SayAsync(device, new { type = "end", reason = "closed" });
        await FakeAgent.ReceiveAsync(browser, "end");
        browser.Dispose();
        device.Dispose();
        await EndedAsync("14 minutes");
        await SentAsync(agent, id, 1, Pack("[1,\"o\",\"x\"]\n"));
        var store = new RecordingStore(shared.Database, TimeProvider.System);
        await store.KeepAsync(Token);
        (await StateAsync(id)).State.ShouldBe(RecordingState.Recording);

        await EndedAsync("16 minutes");
        await SendAsync(agent, id, 2, Pack("[2,\"o\",\"y\"]\n")).ShouldBeProblemAsync(404, "remote_session_not_found");
        await store.KeepAsync(Token);
        (await StateAsync(id)).ShouldBe((RecordingState.Cut, 100, 30, 2));

        await StartedAsync("29 days");
        await store.KeepAsync(Token);
        (await StateAsync(id)).State.ShouldBe(RecordingState.Cut);
        await StartedAsync("31 days");
        await store.KeepAsync(Token);
        await bed.Admin.GetAsync($"/api/v1/remote/sessions/{id}/recording", Token).ShouldBeProblemAsync(404, "recording_not_found");

        Task EndedAsync(string span) => ServerDatabase.ReadAsync<Guid>(
            shared.Server, $"UPDATE remote_sessions SET ended_at = now() - interval '{span}' WHERE id = $1 RETURNING id", id);
        Task StartedAsync(string span) => ServerDatabase.ReadAsync<Guid>(
            shared.Server, $"UPDATE remote_recordings SET started_at = now() - interval '{span}' WHERE session_id = $1 RETURNING session_id", id);
    }

    [Fact]
    public async Task A_company_says_how_long_terminals_live_on_and_whether_and_how_long_recordings_are_kept()
    {
        var bed = await BedAsync();
        using var agent = bed.Agent;
        foreach (var (minutes, seconds) in ((int, int)[])[(0, 60), (7, 420)])
        {
            await PatchAsync(bed.Admin, new { terminal_linger_minutes = minutes });
            var (id, _) = await SessionBed.AskAsync(bed.Admin, agent);
            (await ServerDatabase.ReadAsync<int>(shared.Server, "SELECT linger_seconds FROM remote_sessions WHERE id = $1", id)).ShouldBe(seconds);
        }
        foreach (var days in (int[])[0, 3651])
        {
            await bed.Admin.PatchAsync("/api/v1/partner", Json(new { recording_days = days }), Token).ShouldBeProblemAsync(400, "recording_days_invalid");
        }
        var settings = await bed.Admin.GetJsonAsync("/api/v1/partner");
        (settings.GetProperty("record_terminals").GetBoolean(), settings.GetProperty("recording_days").GetInt32()).ShouldBe((true, 30));

        // Only terminals show what can be recorded.
        var files = await Http.ReadAsync(await SessionBed.PostAsync(bed.Admin, agent.Id, "files"), 201);
        (await bed.Admin.GetJsonAsync($"/api/v1/remote/sessions/{files.Id()}")).GetProperty("recorded").GetBoolean().ShouldBeFalse();
    }

    async Task<Bed> BedAsync()
    {
        var company = await shared.AddPartnerAsync("Recorded");
        await PatchAsync(company.Admin, new { record_terminals = true, recording_days = 30 });
        var agent = await FakeAgent.EnrolAsync(shared.Server.Url, company.Admin, company.SiteId);
        await agent.HeartbeatAsync();
        return new(company.PartnerId, company.SiteId, company.Admin, agent);
    }

    /// <summary>A session with both sides there.</summary>
    async Task<(Guid Id, ClientWebSocket Browser, ClientWebSocket Device)> RunningAsync(Bed bed)
    {
        var (id, ticket) = await SessionBed.AskAsync(bed.Admin, bed.Agent);
        var browser = await SessionBed.JoinAsync(shared.Server, id, new { type = "join", ticket });
        var device = await bed.Agent.ConnectAsync(id);
        (await FakeAgent.ReceiveAsync(device, "session")).GetProperty("session").GetProperty("recorded").GetBoolean().ShouldBeTrue();
        await FakeAgent.ReceiveAsync(device, "peer");
        return (id, browser, device);
    }

    async Task<(string State, int Columns, int Rows, int Parts)> StateAsync(Guid id)
    {
        await using var context = shared.Database.CreateSystemContext();
        var recording = (await context.RemoteRecordings.FindAsync([id], Token))!;
        return (recording.State, recording.Columns, recording.Rows, recording.Parts);
    }

    static async Task SentAsync(FakeAgent agent, Guid session, int number, byte[] part, bool isLast = false) =>
        await Http.ReadAsync(await SendAsync(agent, session, number, part, isLast), 204);

    static Task<HttpResponseMessage> SendAsync(FakeAgent agent, Guid session, int number, byte[] part, bool isLast = false) =>
        agent.Client.PostBytesAsync($"/api/v1/agents/{agent.Id}/recordings/{session}/parts/{number}{(isLast ? "?last=true" : "")}", part, "application/gzip");

    static async Task PatchAsync(HttpClient admin, object settings) => await Http.ReadAsync(await admin.PatchAsync("/api/v1/partner", Json(settings), Token), 200);

    static StringContent Json(object content) => new(JsonSerializer.Serialize(content), Encoding.UTF8, "application/json");

    static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return packed.ToArray();
    }

    sealed record Bed(Guid PartnerId, Guid SiteId, HttpClient Admin, FakeAgent Agent);
}
