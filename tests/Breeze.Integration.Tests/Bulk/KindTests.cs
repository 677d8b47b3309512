using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Bulk;

/// <remarks>One after the other: there is one runner, and some of these tests hold it up.</remarks>
[Collection("Bulk actions")]
public sealed class KindTests(SharedServer shared)
{
    [Fact]
    public async Task Tags_and_custom_fields_are_set_and_taken_away()
    {
        using var device = await shared.EnrolAsync();
        (await shared.Admin.RunAsync("tags.add", new { tags = new[] { "server", "berlin" } }, device.Id)).GetProperty("done").GetInt32().ShouldBe(1);
        await shared.Admin.RunAsync("tags.add", new { tags = new[] { "server" } }, device.Id);
        (await ReadAsync<string[]>("SELECT tags FROM devices WHERE id = $1", device.Id)).ShouldBe(["server", "berlin"]);
        await shared.Admin.RunAsync("tags.remove", new { tags = new[] { "server" } }, device.Id);
        (await ReadAsync<string[]>("SELECT tags FROM devices WHERE id = $1", device.Id)).ShouldBe(["berlin"]);

        await shared.Admin.RunAsync("field.set", new { name = "rack", value = 17 }, device.Id);
        (await ReadAsync<string>("SELECT custom_fields ->> 'rack' FROM devices WHERE id = $1", device.Id)).ShouldBe("17");
        await shared.Admin.RunAsync("field.clear", new { name = "rack" }, device.Id);
        (await ReadAsync<string>("SELECT custom_fields::text FROM devices WHERE id = $1", device.Id)).ShouldBe("{}");
    }

    [Fact]
    public async Task Maintenance_begins_and_ends_and_its_end_can_be_given()
    {
        using var device = await shared.EnrolAsync();
        await device.HeartbeatAsync();
        await shared.Admin.RunAsync("maintenance.on", new { }, device.Id);
        (await ReadAsync<string>("SELECT status FROM devices WHERE id = $1", device.Id)).ShouldBe("maintenance");
        await device.HeartbeatAsync();
        (await ReadAsync<string>("SELECT status FROM devices WHERE id = $1", device.Id)).ShouldBe("maintenance");
        await shared.Admin.RunAsync("maintenance.off", new { }, device.Id);
        (await ReadAsync<string>("SELECT status FROM devices WHERE id = $1", device.Id)).ShouldBe("online");

        var again = await shared.Admin.RunAsync("maintenance.off", new { }, device.Id);
        again.GetProperty("skipped").GetInt32().ShouldBe(1);
        (await shared.Admin.ItemAsync(again)).Text("message").ShouldContain("not in maintenance");

        await shared.Admin.RunAsync("maintenance.on", new { until = DateTimeOffset.UtcNow.AddSeconds(2) }, device.Id);
        await Http.UntilAsync(async () => await ReadAsync<string>("SELECT status FROM devices WHERE id = $1", device.Id) == "online");
    }

    [Fact]
    public async Task Devices_move_and_join_and_leave_groups()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        using var device = await shared.EnrolAsync();
        var group = await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = $"G {Guid.NewGuid():n}", organization_id = there.OrganizationId }, 201);

        var early = await shared.Admin.RunAsync("group.add", new { group_id = group.Id() }, device.Id);
        early.GetProperty("skipped").GetInt32().ShouldBe(1);
        await shared.Admin.RunAsync("site.move", new { site_id = there.SiteId }, device.Id);
        (await ReadAsync<Guid>("SELECT site_id FROM devices WHERE id = $1", device.Id)).ShouldBe(there.SiteId);
        await shared.Admin.RunAsync("group.add", new { group_id = group.Id() }, device.Id);
        (await ReadAsync<long>("SELECT count(*) FROM device_group_members WHERE device_id = $1", device.Id)).ShouldBe(1);
        await shared.Admin.RunAsync("group.remove", new { group_id = group.Id() }, device.Id);
        (await ReadAsync<long>("SELECT count(*) FROM device_group_members WHERE device_id = $1", device.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_script_becomes_a_command_whose_failure_can_be_tried_again()
    {
        using var device = await shared.EnrolAsync();
        var action = await shared.Admin.RunAsync("script.run", new { runtime = "bash", content = "echo $name\r\nexit 3", parameters = new { name = "x" } }, device.Id);
        var item = await shared.Admin.ItemAsync(action);
        item.Text("command_status").ShouldBe("queued");
        var command = item.GetProperty("command_id").GetGuid();
        (await ReadAsync<string>("SELECT payload ->> 'content' FROM device_commands WHERE id = $1", command)).ShouldBe("echo $name\nexit 3");
        (await ReadAsync<string>("SELECT payload -> 'parameters' ->> 'name' FROM device_commands WHERE id = $1", command)).ShouldBe("x");
        await shared.Admin.SendAsync("POST", $"{Actions.Path}/{action.Id()}/retry", new { }).ShouldBeProblemAsync(409, "nothing_failed");

        await device.HeartbeatAsync();
        await device.ResultAsync(command, exitCode: 3);
        (await shared.Admin.GetJsonAsync($"{Actions.Path}/{action.Id()}/items?state=failed")).GetProperty("data").GetArrayLength().ShouldBe(1);
        var again = await shared.Admin.PostJsonAsync($"{Actions.Path}/{action.Id()}/retry", new { }, 202);
        again.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Restarting_queues_a_command_and_checking_in_now_takes_a_live_channel()
    {
        using var device = await shared.EnrolAsync();
        var restart = await shared.Admin.RunAsync("device.reboot", new { }, device.Id);
        (await ReadAsync<string>("SELECT type FROM device_commands WHERE id = $1", (await shared.Admin.ItemAsync(restart)).GetProperty("command_id").GetGuid())).ShouldBe("power.reboot");
        (await shared.Admin.RunAsync("wake", new { }, device.Id)).GetProperty("skipped").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_command_to_many_is_handed_out_once_to_each_though_all_come_at_the_same_time()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        var agents = new List<FakeAgent>();
        for (var i = 0; i < 8; i++)
        {
            agents.Add(await shared.EnrolAtAsync(there.SiteId));
        }
        var action = await shared.Admin.RunAsync("device.reboot", new { delay_seconds = 300, message = "Updates at noon" }, [.. agents.Select(a => a.Id)]);
        var came = await Task.WhenAll(agents.Concat(agents).Select(async a => (await a.HeartbeatAsync()).GetProperty("commands").EnumerateArray().Select(c => (Device: a.Id, Command: c)).ToArray()));
        came.SelectMany(c => c).Select(c => c.Device).Order().ShouldBe(agents.Select(a => a.Id).Order());
        var payload = came.SelectMany(c => c).First().Command.GetProperty("payload");
        payload.GetProperty("delay_seconds").GetInt32().ShouldBe(300);
        payload.Text("message").ShouldBe("Updates at noon");
        (await shared.Admin.GetJsonAsync($"{Actions.Path}/{action.Id()}/items")).GetProperty("data").EnumerateArray().Select(i => i.Text("command_status")).Distinct().ShouldBe(["sent"]);
        agents.ForEach(a => a.Dispose());
    }

    [Theory]
    [InlineData("device.reboot", """{"delay_seconds":1}""", 400, "delay_invalid")]
    [InlineData("device.reboot", """{"message":"-c"}""", 400, "message_invalid")]
    [InlineData("device.reboot", """{"message":null}""", 400, "message_invalid")]
    [InlineData("tags.add", """{"tags":[]}""", 400, "tags_invalid")]
    [InlineData("tags.add", """{"tags":["<b>"]}""", 400, "tags_invalid")]
    [InlineData("tags.remove", """{"tags":"server"}""", 400, "tags_invalid")]
    [InlineData("field.set", """{"name":"Bad name","value":1}""", 400, "field_name_invalid")]
    [InlineData("field.set", """{"name":"rack","value":{}}""", 400, "field_value_invalid")]
    [InlineData("field.clear", "{}", 400, "field_name_invalid")]
    [InlineData("site.move", """{"site_id":"00000000-0000-7000-8000-0000000000ff"}""", 404, "site_not_found")]
    [InlineData("group.add", """{"group_id":7}""", 404, "device_group_not_found")]
    [InlineData("group.remove", "{}", 404, "device_group_not_found")]
    [InlineData("maintenance.on", """{"until":"2001-01-01T00:00:00Z"}""", 400, "until_invalid")]
    [InlineData("maintenance.on", """{"until":5}""", 400, "until_invalid")]
    [InlineData("script.run", """{"runtime":"ba sh","content":"id"}""", 400, "runtime_invalid")]
    [InlineData("script.run", """{"runtime":"bash","content":" "}""", 400, "content_invalid")]
    [InlineData("script.run", """{"runtime":"bash","content":"id","timeout_seconds":0}""", 400, "timeout_invalid")]
    [InlineData("script.run", """{"runtime":"bash","content":"id","parameters":[1]}""", 400, "script_parameters_invalid")]
    [InlineData("no.such", "{}", 400, "kind_unknown")]
    [InlineData("tags.add", "[]", 400, "parameters_invalid")]
    public async Task Bad_parameters_are_refused_before_anything_is_stored(string kind, string parameters, int status, string code)
    {
        using var device = await shared.EnrolAsync();
        await shared.Admin.SendAsync("POST", Actions.Path, new { kind, parameters = JsonElement.Parse(parameters), device_ids = new[] { device.Id } }).ShouldBeProblemAsync(status, code);
        (await ReadAsync<long>("SELECT count(*) FROM bulk_action_items WHERE device_id = $1", device.Id)).ShouldBe(0);
    }

    Task<T> ReadAsync<T>(string sql, Guid id) => ServerDatabase.ReadAsync<T>(shared.Server, sql, id);
}
