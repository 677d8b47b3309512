using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.BadInput;

/// <summary>What is wrong with a part of a heartbeat costs that part, never the heartbeat.</summary>
public sealed class HeartbeatTests(SharedServer shared)
{
    [Fact]
    public async Task Ten_thousand_metrics_are_cut_with_a_warning()
    {
        using var agent = await shared.EnrolAsync();
        var answer = await agent.HeartbeatAsync(Enumerable.Range(0, 10_000).ToDictionary(i => $"test.m{i}", i => (object?)i));
        answer.GetProperty("warnings")[0].GetString()!.ShouldContain("8000 metrics were dropped");
        (await SeriesAsync(agent)).GetArrayLength().ShouldBe(2000);
    }

    [Theory]
    [InlineData("NaN", false)]
    [InlineData("\"NaN\"", true)]
    [InlineData("\"12\"", true)]
    [InlineData("1e999", true)]
    [InlineData("-1e999", true)]
    [InlineData("{\"a\":1}", true)]
    [InlineData("[1]", true)]
    [InlineData("true", true)]
    [InlineData("null", true)]
    public async Task A_value_that_is_no_finite_number_is_left_out(string value, bool isJson)
    {
        using var agent = await shared.EnrolAsync();
        var body = "{\"metrics\":{\"test.good\":1,\"test.odd\":" + value + ",\"test.also\":2}}";
        if (!isJson)
        {
            await agent.SendHeartbeatAsync(body).ShouldBeProblemAsync(400, "malformed_json");
            return;
        }
        // Twice, since the second one takes the short way of a known shape.
        for (var i = 0; i < 2; i++)
        {
            await Http.ReadAsync(await agent.SendHeartbeatAsync(body), 200);
        }
        (await SeriesAsync(agent)).EnumerateArray().Select(s => s.Text("name")).Order().ShouldBe(["test.also", "test.good"]);
    }

    [Fact]
    public async Task A_value_that_turns_bad_is_a_gap_and_not_a_zero()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync(new() { ["test.a"] = 1, ["test.b"] = 2 });
        await agent.HeartbeatAsync(new() { ["test.a"] = "x", ["test.b"] = 3 });
        var series = await SeriesAsync(agent);
        series.EnumerateArray().Single(s => s.Text("name") == "test.a").GetProperty("points").EnumerateArray().ShouldAllBe(p => p[1].GetDouble() == 1);
        series.EnumerateArray().Single(s => s.Text("name") == "test.b").GetProperty("points").EnumerateArray().ShouldAllBe(p => p[1].GetDouble() >= 2);
    }

    [Theory]
    [InlineData("""{"status":5,"agent_version":[],"metrics":"x","sent_at":"y","samples":1,"layouts":2,"running":3,"plugins":4}""")]
    [InlineData("""{"status":"\ud800","metrics":{"test.a":1}}""")]
    [InlineData("""{"stat\ud8000":1,"metrics":{"test.a":1}}""")]
    [InlineData("""{"metrics":{"test.\ud800":1,"test.a":1}}""")]
    [InlineData("""{"metrics":{"":1," ":2,"test{":3,"test\u0000":4,"test.a":1}}""")]
    [InlineData("""{"samples":[{},null,1,{"at":1},{"at":1,"layout":null,"values":null},{"at":1,"layout":"x","values":[1]}]}""")]
    [InlineData("""{"layouts":[{},null,1,{"id":null,"names":null},{"id":"x","names":[null]},{"id":"0000000000000000","names":["a"]}]}""")]
    [InlineData("""{"running":["x",null,"00000000-0000-0000-0000-000000000000"]}""")]
    [InlineData("""{"plugins":[{},null,{"id":"a\u0000b","state":"active"},{"id":"a.b","state":"active","version":"\u0000","hash":null,"error":"\u0000"},{"id":"x","state":"on fire"}]}""")]
    [InlineData("""{"sent_at":9223372036854775807,"samples":[]}""")]
    [InlineData("""{"sent_at":-9223372036854775808,"samples":[]}""")]
    [InlineData("""{"sent_at":1e99,"samples":[]}""")]
    [InlineData("""{"something":{"new":[1,2,{"deep":true}]}}""")]
    public async Task Members_of_wrong_types_are_skipped(string body)
    {
        using var agent = await shared.EnrolAsync();
        for (var i = 0; i < 2; i++)
        {
            await Http.ReadAsync(await agent.SendHeartbeatAsync(body), 200);
        }
    }

    [Fact]
    public async Task Raw_bytes_that_are_no_UTF8_cost_only_where_they_stand()
    {
        using var agent = await shared.EnrolAsync();
        byte[] body = [.. "{\"status\":\""u8, 0xFF, 0xFE, .. "\",\"metrics\":{\"test."u8, 0xC3, 0x28, .. "\":1,\"test.a\":2}}"u8];
        var answer = await Http.ReadAsync(await agent.Client.PostBytesAsync(agent.HeartbeatPath, body), 200);
        answer.GetProperty("warnings").GetArrayLength().ShouldBeGreaterThan(0);
        (await SeriesAsync(agent)).EnumerateArray().ShouldHaveSingleItem().Text("name").ShouldBe("test.a");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Samples_of_a_clock_that_is_a_day_off_land_at_the_right_time(int days)
    {
        using var agent = await shared.EnrolAsync();
        var there = DateTimeOffset.UtcNow.AddDays(days).ToUnixTimeMilliseconds();
        await SendSamplesAsync(agent, there, [(there - 120_000, 1), (there - 60_000, 2)]);
        var times = (await SeriesAsync(agent))[0].GetProperty("points").EnumerateArray().Select(p => p[0].GetInt64()).ToList();
        times.Count.ShouldBe(2);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        (now - times[0]).ShouldBeInRange(100_000, 150_000);
        (now - times[1]).ShouldBeInRange(40_000, 90_000);
    }

    [Fact]
    public async Task Samples_sent_again_are_stored_once_even_when_the_clock_is_off()
    {
        using var agent = await shared.EnrolAsync();
        foreach (var offset in (long[])[0, 3_600_000])
        {
            var there = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + offset;
            (long, double)[] samples = [(there - 300_000 - offset / 10, 1), (there - 240_000 - offset / 10, 2)];
            await SendSamplesAsync(agent, there, samples);
            await Task.Delay(20, TestContext.Current.CancellationToken);
            await SendSamplesAsync(agent, there + 1500, [.. samples, .. samples]);
        }
        var count = await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM device_metrics WHERE device_id = $1", agent.Id);
        count.ShouldBe(4);
    }

    [Fact]
    public async Task Samples_of_an_unknown_layout_are_asked_for_again()
    {
        using var agent = await shared.EnrolAsync();
        string[] names = [$"test.u{Guid.NewGuid():n}", "test.other"];
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var sample = $$"""{"at":{{now}},"layout":"{{LayoutId(names)}}","values":[1,null]}""";
        var answer = await Http.ReadAsync(await agent.SendHeartbeatAsync($$"""{"sent_at":{{now}},"samples":[{{sample}}]}"""), 200);
        answer.GetProperty("unknown_layouts")[0].GetString().ShouldBe(LayoutId(names));
        answer = await Http.ReadAsync(await agent.SendHeartbeatAsync(
            $$"""{"sent_at":{{now}},"layouts":[{"id":"{{LayoutId(names)}}","names":{{JsonSerializer.Serialize(names)}}}],"samples":[{{sample}}]}"""), 200);
        answer.TryGetProperty("unknown_layouts", out _).ShouldBeFalse();
        (await SeriesAsync(agent)).EnumerateArray().ShouldHaveSingleItem().Text("name").ShouldBe(names[0]);
    }

    [Fact]
    public async Task Samples_that_are_too_old_in_the_future_or_of_another_length_are_dropped_and_the_rest_is_kept()
    {
        using var agent = await shared.EnrolAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var layout = LayoutId(["test.dense"]);
        var body = $$"""
            {"sent_at":{{now}},"layouts":[{"id":"{{layout}}","names":["test.dense"]}],"samples":[
              {"at":{{now - 9 * 86_400_000L}},"layout":"{{layout}}","values":[1]},{"at":{{now + 86_400_000}},"layout":"{{layout}}","values":[1]},
              {"at":{{long.MaxValue}},"layout":"{{layout}}","values":[1]},{"at":{{long.MinValue}},"layout":"{{layout}}","values":[1]},
              {"at":{{now}},"layout":"{{layout}}","values":[1,2]},{"at":{{now - 1000}},"layout":"{{layout}}","values":[7]},{"at":{{now - 2000}},"layout":"{{layout}}","values":[1e999]}]}
            """;
        var answer = await Http.ReadAsync(await agent.SendHeartbeatAsync(body), 200);
        answer.GetProperty("warnings").GetArrayLength().ShouldBeGreaterThan(0);
        (await SeriesAsync(agent))[0].GetProperty("points").EnumerateArray().ShouldHaveSingleItem()[1].GetDouble().ShouldBe(7);
    }

    static async Task SendSamplesAsync(FakeAgent agent, long sentAt, IEnumerable<(long At, double Value)> samples)
    {
        var layout = LayoutId(["test.dense"]);
        var list = string.Join(',', samples.Select(s => $$"""{"at":{{s.At}},"layout":"{{layout}}","values":[{{s.Value}}]}"""));
        await Http.ReadAsync(await agent.SendHeartbeatAsync($$"""{"sent_at":{{sentAt}},"layouts":[{"id":"{{layout}}","names":["test.dense"]}],"samples":[{{list}}]}"""), 200);
    }

    static string LayoutId(string[] names) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names))))[..16];

    async Task<JsonElement> SeriesAsync(FakeAgent agent) => (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series");
}
