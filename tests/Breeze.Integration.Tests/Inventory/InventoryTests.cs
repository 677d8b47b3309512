using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Inventory;

public sealed class InventoryTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_are_listed_and_one_that_should_run_and_does_not_is_history()
    {
        using var agent = await shared.EnrolAsync();
        static object Service(string name, string state, string mode) => new { name, display_name = name.ToUpperInvariant(), state, start_mode = mode };
        await agent.SendAsync("services", new { manager = "systemd", services = new[] { Service("cron", "running", "automatic"), Service("once", "running", "manual") } });
        await agent.SendAsync("services", new { manager = "systemd", services = new[] { Service("cron", "failed", "automatic"), Service("once", "stopped", "manual"), Service("odd", "dancing", "?") } });
        (await DataAsync(agent, "services")).Select(s => $"{s.Text("name")} {s.Text("state")} {s.Text("start_mode")}")
            .ShouldBe(["cron failed automatic", "odd unknown unknown", "once stopped manual"]);
        (await DataAsync(agent, "changes")).Select(c => $"{c.Text("kind")} {c.Text("change")} {c.Text("item")}").ShouldBe(["services changed cron", "services added odd"], ignoreOrder: true);
    }

    [Fact]
    public async Task Updates_that_mend_a_weakness_come_first_and_go_when_they_are_installed()
    {
        using var agent = await shared.EnrolAsync();
        await agent.SendAsync("patches", new
        {
            sources = new[] { "apt" }, restart_required = true,
            updates = new object[]
            {
                new { name = "bash", current_version = "1", available_version = "2", source = "apt", security = false, needs_restart = false },
                new { name = "zlib", current_version = "1", available_version = "1.1", source = "apt", severity = "important", security = true, needs_restart = true },
                new { name = "odd", severity = 12, security = "yes" },
            },
        });
        (await DataAsync(agent, "updates")).Select(u => $"{u.Text("name")} {u.Text("severity")}").ShouldBe(["zlib important", "bash unknown", "odd unknown"]);
        await agent.SendAsync("patches", new { sources = new[] { "apt" }, updates = Array.Empty<object>() });
        (await DataAsync(agent, "updates")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sessions_are_those_of_the_last_document()
    {
        using var agent = await shared.EnrolAsync();
        await agent.SendAsync("sessions", new { sessions = new[] { new { session = "1", user = "jan", kind = "remote", state = "active", since = "2026-01-05T10:00:00Z", remote_address = "192.0.2.1" } } });
        var session = (await DataAsync(agent, "sessions")).ShouldHaveSingleItem();
        (session.Text("user_name"), session.Text("kind"), session.Text("remote_address")).ShouldBe(("jan", "remote", "192.0.2.1"));
        await agent.SendAsync("sessions", new { sessions = new[] { new { session = "1", user = "eva" } } });
        (await DataAsync(agent, "sessions")).ShouldHaveSingleItem().Text("user_name").ShouldBe("eva");
    }

    [Fact]
    public async Task The_networks_own_document_goes_before_that_of_the_hardware()
    {
        using var agent = await shared.EnrolAsync();
        static object Interface(string name, params string[] addresses) => new { name, mac = "02:00:00:00:00:01", addresses, speed_mbps = 1000, state = "up" };
        await agent.SendAsync("hardware", new { network_interfaces = new[] { Interface("eth0", "192.0.2.1/24") } });
        (await InterfacesAsync(agent)).ShouldBe(["eth0 192.0.2.1/24"]);
        await agent.SendAsync("network", new { interfaces = new[] { Interface("eth0", "192.0.2.1/24", "2001:db8::1/64") } });
        await agent.SendAsync("hardware", new { network_interfaces = new[] { Interface("eth9") } });
        (await InterfacesAsync(agent)).ShouldBe(["eth0 192.0.2.1/24,2001:db8::1/64"]);
        await agent.SendAsync("network", new { interfaces = new[] { Interface("eth0", "192.0.2.2/24", "2001:db8::2/64") } });
        var change = (await DataAsync(agent, "changes")).ShouldHaveSingleItem();
        (change.Text("kind"), change.Text("before"), change.Text("after")).ShouldBe(("network", "192.0.2.1/24 02:00:00:00:00:01", "192.0.2.2/24 02:00:00:00:00:01"));
    }

    [Fact]
    public async Task Log_entries_that_come_again_are_there_once_and_no_device_keeps_more_than_its_share()
    {
        using var agent = await shared.EnrolAsync();
        var now = DateTimeOffset.UtcNow;
        object Entry(int number) => new { id = $"e{number}", at = now.AddMinutes(-number), source = "kernel", level = number % 2 == 0 ? "error" : "loud", event_code = "7", message = $"Message {number}" };
        await agent.SendAsync("event-log", new { entries = Enumerable.Range(0, 150).Select(Entry) });
        await agent.SendAsync("event-log", new { entries = Enumerable.Range(100, 100).Select(Entry).Append(new { id = "old", at = "1999-01-01T00:00:00Z", level = "error", message = "Old" }).Append(new { id = 7 }) });
        var first = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/log?limit=120");
        first.GetProperty("data").EnumerateArray().Select(e => e.Text("message")).ShouldBe(Enumerable.Range(0, 120).Select(n => $"Message {n}"));
        var second = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/log?limit=120&cursor={first.Text("next_cursor")}");
        second.GetProperty("data").GetArrayLength().ShouldBe(80);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/log?level=error&limit=200")).GetProperty("data").GetArrayLength().ShouldBe(100);
        for (var part = 0; part < 6; part++)
        {
            await agent.SendAsync("event-log", new { entries = Enumerable.Range(1000 * (part + 1), 1000).Select(Entry) });
        }
        await using var connection = await shared.Database.System.OpenConnectionAsync(Token);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM device_log_entries WHERE device_id = $1", connection) { Parameters = { new() { Value = agent.Id } } };
        ((long)(await count.ExecuteScalarAsync(Token))!).ShouldBe(5000);
    }

    [Fact]
    public async Task The_documents_of_a_device_are_named_with_their_hash()
    {
        using var agent = await shared.EnrolAsync();
        await agent.SendAsync("software", Documents.Software(("bash", "5")));
        await agent.SendAsync("own-kind", new { anything = 1 });
        var documents = (await DataAsync(agent, "inventory")).ToList();
        documents.Select(d => d.Text("kind")).ShouldBe(["own-kind", "software"]);
        documents.ShouldAllBe(d => d.Text("hash").Length == 64);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/inventory/own-kind")).GetProperty("anything").GetInt32().ShouldBe(1);
    }

    async Task<IEnumerable<JsonElement>> DataAsync(FakeAgent agent, string list) =>
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/{list}")).GetProperty("data").EnumerateArray().ToList();

    async Task<List<string>> InterfacesAsync(FakeAgent agent)
    {
        await using var connection = await shared.Database.System.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand("SELECT name || ' ' || array_to_string(addresses, ',') FROM device_network WHERE device_id = $1 ORDER BY name", connection) { Parameters = { new() { Value = agent.Id } } };
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }
}
