using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Metrics;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Metrics;

/// <summary>One device's flood is cut, said on its page, and costs nobody else.</summary>
public sealed class LimitTests(SharedServer shared)
{
    [Fact]
    public async Task Too_many_metrics_are_cut_and_the_device_says_so()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync(Enumerable.Range(0, 2500).ToDictionary(i => $"test.flood{i}", i => (object?)i));
        var warning = await WarningAsync(agent, "too_many_metrics");
        warning.Text("message").ShouldContain("500");
    }

    [Fact]
    public async Task A_label_with_too_many_values_is_cut_and_the_other_metrics_are_not()
    {
        using var agent = await shared.EnrolAsync();
        var metrics = Enumerable.Range(0, 700).ToDictionary(i => $"test.requests{{path=\"/{agent.Id}/{i}\"}}", i => (object?)i);
        metrics["test.steady"] = 1;
        var answer = await agent.HeartbeatAsync(metrics);
        answer.GetProperty("warnings")[0].GetString()!.ShouldContain("200 metrics were dropped: test.requests");
        var names = (await SeriesAsync(agent)).EnumerateArray().Select(s => s.Text("name")).ToList();
        names.Count(n => n == "test.requests").ShouldBe(MetricLimits.SeriesOfOneMetric);
        names.ShouldContain("test.steady");
        await WarningAsync(agent, "too_many_series");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Labels_that_change_with_each_heartbeat_end_at_the_allowance_and_the_steady_metric_goes_on(bool isDense)
    {
        using var agent = await shared.EnrolAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        const int Beats = LayoutAllowance.Layouts + 12;
        for (var beat = 0; beat < Beats; beat++)
        {
            string[] names = ["test.steady", $"test.job{{id=\"{agent.Id:n}-{beat}\"}}"];
            if (isDense)
            {
                var body = $$"""{"sent_at":{{now}},"layouts":[{"id":"{{LayoutId(names)}}","names":{{JsonSerializer.Serialize(names)}}}],"samples":[{"at":{{now - 200_000 + beat * 1000}},"layout":"{{LayoutId(names)}}","values":[{{beat}},1]}]}""";
                var answer = await Http.ReadAsync(await agent.SendHeartbeatAsync(body), 200);
                answer.TryGetProperty("unknown_layouts", out _).ShouldBeFalse("what is refused must not be asked for again");
            }
            else
            {
                await agent.HeartbeatAsync(new() { [names[0]] = beat, [names[1]] = 1 });
            }
        }
        var layouts = await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM metric_layouts WHERE array_to_string(names, ' ') LIKE '%' || $1 || '%'", agent.Id.ToString("n"));
        layouts.ShouldBe(LayoutAllowance.Layouts);
        var readings = await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM device_metrics WHERE device_id = $1 AND metric_values[1] IS NOT NULL", agent.Id);
        readings.ShouldBe(Beats);
        var series = await SeriesAsync(agent);
        series.EnumerateArray().Count(s => s.Text("name") == "test.job").ShouldBe(LayoutAllowance.Layouts);
        var last = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics/names")).GetProperty("data");
        last.EnumerateArray().Single(s => s.Text("name") == "test.steady").GetProperty("last")[1].GetDouble().ShouldBe(Beats - 1);
        await WarningAsync(agent, "changing_labels");
    }

    [Fact]
    public async Task A_clock_that_jumps_is_said_and_the_readings_are_kept_at_the_right_time()
    {
        using var agent = await shared.EnrolAsync();
        var there = DateTimeOffset.UtcNow.AddHours(5).ToUnixTimeMilliseconds();
        await SendAsync(agent, there, [(there - 1000, 1)]);
        (await WarningAsync(agent, "clock")).Text("message").ShouldContain("5 hours ahead");
        (await SeriesAsync(agent)).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Samples_of_three_days_are_kept_and_older_or_future_ones_are_refused()
    {
        using var agent = await shared.EnrolAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        const long Hour = 3_600_000;
        await SendAsync(agent, now, [(now - 71 * Hour, 1), (now - 80 * Hour, 2), (now + Hour, 3), (now - Hour, 4), (now - Hour, 4), (now - 2 * Hour, 5)]);
        await WarningAsync(agent, "samples_dropped");
        // From the table: the chart shows late ones when their rollups have been made again.
        var values = await ServerDatabase.ReadAsync<double[]>(shared.Server, "SELECT array_agg(metric_values[1] ORDER BY at) FROM device_metrics WHERE device_id = $1", agent.Id);
        values.ShouldBe([1, 5, 4]);
    }

    [Theory]
    [InlineData("from=yesterday", "range_invalid", "ISO 8601")]
    [InlineData("from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z", "range_invalid", "before")]
    [InlineData("from=-5", "range_invalid", "1970")]
    [InlineData("from=1971-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", "range_invalid", "ten years")]
    [InlineData("step=0", "step_invalid", "seconds")]
    [InlineData("step=NaN", "step_invalid", "seconds")]
    [InlineData("step=-60", "step_invalid", "seconds")]
    [InlineData("step=1e12", "step_invalid", "31 days")]
    [InlineData("step=5m", "step_invalid", "seconds")]
    public async Task A_question_that_makes_no_sense_is_answered_with_what_would(string query, string code, string words)
    {
        using var agent = await shared.EnrolAsync();
        var answer = await shared.Admin.GetAsync($"/api/v1/devices/{agent.Id}/metrics?{query}", TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(400);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        problem.Text("code").ShouldBe(code);
        problem.Text("detail").ShouldContain(words);
    }

    [Fact]
    public async Task The_names_tell_what_a_device_has_with_its_newest_value()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = 0.5, ["test.odd"] = 1 });
        await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = 0.25, ["test.odd"] = 2 });
        var names = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics/names")).GetProperty("data").EnumerateArray().ToList();
        names.Select(n => n.Text("name")).ShouldBe(["system.cpu.utilization", "test.odd"]);
        names[0].GetProperty("last")[1].GetDouble().ShouldBe(0.25);
        (names[0].Text("kind"), names[0].Text("unit"), names[0].Text("title")).ShouldBe(("gauge", "1", "CPU utilization"));
        names[0].GetProperty("warning").GetDouble().ShouldBe(0.85);
        names[1].GetProperty("warning").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    static async Task SendAsync(FakeAgent agent, long sentAt, IEnumerable<(long At, double Value)> samples)
    {
        var layout = LayoutId(["test.dense"]);
        var list = string.Join(',', samples.Select(s => $$"""{"at":{{s.At}},"layout":"{{layout}}","values":[{{s.Value}}]}"""));
        await Http.ReadAsync(await agent.SendHeartbeatAsync($$"""{"sent_at":{{sentAt}},"layouts":[{"id":"{{layout}}","names":["test.dense"]}],"samples":[{{list}}]}"""), 200);
    }

    static string LayoutId(string[] names) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names))))[..16];

    async Task<JsonElement> SeriesAsync(FakeAgent agent) => (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series");

    /// <summary>Warnings are written after the answer, so they may take a moment.</summary>
    async Task<JsonElement> WarningAsync(FakeAgent agent, string kind)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var warnings = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("warnings");
            if (warnings.EnumerateArray().FirstOrDefault(w => w.Text("kind") == kind) is { ValueKind: JsonValueKind.Object } found)
            {
                return found;
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        throw new ShouldAssertException($"There is no warning {kind}.");
    }
}
