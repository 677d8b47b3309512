using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class MetricTests(SharedServer shared)
{
    [Fact]
    public async Task A_plain_heartbeat_is_stored_and_can_be_read_with_labels_and_units()
    {
        using var agent = await shared.EnrolAsync();
        var answer = await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = 0.125, ["system.filesystem.utilization{mountpoint=\"/\"}"] = 0.401 });
        answer.GetProperty("commands").GetArrayLength().ShouldBe(0);
        answer.GetProperty("config_update").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("upgrade_to").ValueKind.ShouldBe(JsonValueKind.Null);

        var device = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}");
        device.Text("status").ShouldBe("online");
        (DateTimeOffset.UtcNow - device.GetProperty("last_seen_at").GetDateTimeOffset()).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));

        var series = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series");
        series.GetArrayLength().ShouldBe(2);
        var disk = series.EnumerateArray().Single(s => s.Text("name") == "system.filesystem.utilization");
        disk.GetProperty("labels").Text("mountpoint").ShouldBe("/");
        disk.Text("unit").ShouldBe("1");
        var point = disk.GetProperty("points")[0];
        point[1].GetDouble().ShouldBe(0.401);
        (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(point[0].GetInt64())).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));

        var one = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics?name=system.cpu.utilization");
        one.GetProperty("series").EnumerateArray().ShouldHaveSingleItem().Text("name").ShouldBe("system.cpu.utilization");
    }

    [Fact]
    public async Task A_step_averages_what_falls_into_it()
    {
        using var agent = await shared.EnrolAsync();
        foreach (var value in (double[])[1, 3])
        {
            await agent.HeartbeatAsync(new() { ["test.value"] = value });
        }
        // A day wide, so that no boundary but midnight falls between the two.
        var series = (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics?step=86400")).GetProperty("series")[0].GetProperty("points");
        series.EnumerateArray().Average(p => p[1].GetDouble()).ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_with_commands_still_has_every_member_that_the_protocol_names()
    {
        using var agent = await shared.EnrolAsync();
        await shared.Admin.QueueScriptAsync(agent.Id);
        var answer = await agent.HeartbeatAsync();
        answer.GetProperty("commands").GetArrayLength().ShouldBe(1);
        answer.GetProperty("config_update").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("upgrade_to").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
