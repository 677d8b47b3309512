using System.Net.Http.Json;
using System.Text;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.BadInput;

public sealed class BodyTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_JSON_is_refused_with_the_place_of_the_fault()
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        (HttpClient, string)[] requests =
        [
            (agent.Client, agent.HeartbeatPath), (agent.Client, agent.ResultPath(id)), (shared.Server.Client, "/api/v1/agents/enroll"),
            (shared.Server.Client, "/api/v1/auth/login"), (shared.Admin, "/api/v1/enrollment-keys"), (shared.Admin, $"/api/v1/devices/{agent.Id}/commands"),
        ];
        foreach (var (client, path) in requests)
        {
            (await client.PostTextAsync(path, "{\n  \"status\": oops }").ShouldBeProblemAsync(400, "malformed_json")).ShouldContain("line 2", customMessage: path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"status\":")]
    [InlineData("{} {}")]
    public async Task What_is_no_object_is_refused(string body)
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.SendHeartbeatAsync(body).ShouldBeProblemAsync(400);
        await agent.Client.PostTextAsync(agent.ResultPath(id), body).ShouldBeProblemAsync(400);
        await shared.Server.Client.PostTextAsync("/api/v1/agents/enroll", body).ShouldBeProblemAsync(400);
        await shared.Server.Client.PostTextAsync("/api/v1/auth/login", body).ShouldBeProblemAsync(400);
        await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/commands", body).ShouldBeProblemAsync(400);
    }

    [Fact]
    public async Task Ten_megabytes_are_too_much_everywhere()
    {
        using var agent = await shared.EnrolAsync();
        var body = Encoding.UTF8.GetBytes($"{{\"status\":\"{new string('x', 10 << 20)}\"}}");
        (HttpClient, string)[] requests =
        [
            (agent.Client, agent.HeartbeatPath), (shared.Server.Client, "/api/v1/agents/enroll"),
            (shared.Server.Client, "/api/v1/auth/login"), (shared.Admin, "/api/v1/enrollment-keys"), (shared.Admin, $"/api/v1/devices/{agent.Id}/commands"),
        ];
        foreach (var (client, path) in requests)
        {
            await client.PostBytesAsync(path, body).ShouldBeProblemAsync(413, "body_too_large");
        }
        using var content = new StreamContent(new MemoryStream(body));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, agent.HeartbeatPath) { Content = content, Headers = { TransferEncodingChunked = true } };
        await agent.Client.SendAsync(chunked, Token).ShouldBeProblemAsync(413, "body_too_large");
        await agent.HeartbeatAsync();
    }

    [Fact]
    public async Task A_result_with_two_full_streams_of_escaped_text_fits()
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.HeartbeatAsync();
        var output = new string('\u0001', 1 << 20);
        await agent.ResultAsync(id, stdout: output, stderr: output);
        (await shared.Admin.CommandAsync(agent.Id, id)).Text("stdout").Length.ShouldBe(1 << 20);
    }

    [Fact]
    public async Task Output_that_is_too_long_is_cut_between_characters()
    {
        using var agent = await shared.EnrolAsync();
        foreach (var offset in (string[])["", "x"])
        {
            var id = await shared.Admin.QueueScriptAsync(agent.Id);
            await agent.HeartbeatAsync();
            await agent.ResultAsync(id, stdout: offset + string.Concat(Enumerable.Repeat("😀", 600_000)));
            (await shared.Admin.CommandAsync(agent.Id, id)).Text("stdout").ShouldEndWith("[truncated by the server]\n");
        }
    }

    [Fact]
    public async Task Another_media_type_is_refused() =>
        await shared.Admin.PostBytesAsync("/api/v1/enrollment-keys", "a=b"u8.ToArray(), "application/x-www-form-urlencoded").ShouldBeProblemAsync(415, "unsupported_media_type");

    [Theory]
    [InlineData("""{"status":"excellent"}""")]
    [InlineData("""{"status":"running"}""")]
    [InlineData("""{"status":null}""")]
    [InlineData("""{"exit_code":0}""")]
    public async Task A_result_with_an_unknown_status_is_refused_and_the_right_one_still_counts(string body)
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.HeartbeatAsync();
        await agent.Client.PostTextAsync(agent.ResultPath(id), body).ShouldBeProblemAsync(400, "status_invalid");
        (await agent.ResultAsync(id)).GetProperty("duplicate").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_result_of_wrong_types_is_refused()
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.Client.PostTextAsync(agent.ResultPath(id), """{"status":"completed","exit_code":"zero"}""").ShouldBeProblemAsync(400, "malformed_json");
        await agent.Client.PostTextAsync(agent.ResultPath(id), """{"status":"completed","exit_code":99999999999}""").ShouldBeProblemAsync(400, "malformed_json");
    }

    [Fact]
    public async Task Output_with_characters_that_no_database_holds_is_kept_as_far_as_possible()
    {
        using var agent = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(agent.Id);
        await agent.ResultAsync(id, stdout: "a\0b");
        (await shared.Admin.CommandAsync(agent.Id, id)).Text("stdout").ShouldBe("a\uFFFDb");
    }

    [Theory]
    [InlineData("/api/v1/devices?cursor=nonsense")]
    [InlineData("/api/v1/devices?cursor=%00")]
    [InlineData("/api/v1/sites?cursor=AAAA")]
    [InlineData("/api/v1/organizations?cursor=%F0%9F%98%80")]
    [InlineData("/api/v1/enrollment-keys?cursor=..%2F..%2F")]
    public async Task A_cursor_of_somebody_else_is_refused(string path) =>
        await shared.Admin.GetAsync(path, Token).ShouldBeProblemAsync(400, "invalid_cursor");

    [Theory]
    [InlineData("/api/v1/devices?limit=many")]
    [InlineData("/api/v1/devices?limit=99999999999")]
    [InlineData("/api/v1/devices?organization_id=x")]
    [InlineData("/api/v1/devices?q=%00")]
    [InlineData("/api/v1/devices?status=%00")]
    [InlineData("/api/v1/devices?q=%FF%FE")]
    [InlineData("/api/v1/devices?limit=-1")]
    [InlineData("/api/v1/devices?limit=0")]
    public async Task Odd_queries_never_fail_on_our_side(string path)
    {
        using var response = await shared.Admin.GetAsync(path, Token);
        ((int)response.StatusCode).ShouldBeOneOf(200, 400);
        if ((int)response.StatusCode == 400)
        {
            await Task.FromResult(response).ShouldBeProblemAsync(400);
        }
    }

    [Theory]
    [InlineData("step=NaN")]
    [InlineData("step=-1")]
    [InlineData("step=x")]
    [InlineData("from=yesterday")]
    [InlineData("to=0001-01-01T00:00:00Z")]
    [InlineData("from=9999-12-31T23:59:59Z")]
    [InlineData("from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z")]
    public async Task A_range_that_makes_no_sense_is_refused(string query)
    {
        using var agent = await shared.EnrolAsync();
        await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}/metrics?{query}", Token).ShouldBeProblemAsync(400);
    }

    [Theory]
    [InlineData("""{"email":"a\u0000b@example.com","password":"x"}""", 401)]
    [InlineData("""{"email":1,"password":"x"}""", 400)]
    [InlineData("""{"email":"a@example.com"}""", 400)]
    public async Task Odd_credentials_are_refused(string body, int status)
    {
        using var response = await shared.Server.Client.PostTextAsync("/api/v1/auth/login", body);
        ((int)response.StatusCode).ShouldBeOneOf(status, 400);
    }

    [Theory]
    [InlineData("""{"tags":["a\u0000"]}""")]
    [InlineData("""{"tags":[null]}""")]
    [InlineData("""{"tags":"a"}""")]
    [InlineData("""{"heartbeat_interval_seconds":1}""")]
    public async Task A_device_takes_no_odd_values(string body)
    {
        using var agent = await shared.EnrolAsync();
        await shared.Admin.PatchAsync($"/api/v1/devices/{agent.Id}", new StringContent(body, Encoding.UTF8, "application/json"), Token).ShouldBeProblemAsync(400);
    }
}
