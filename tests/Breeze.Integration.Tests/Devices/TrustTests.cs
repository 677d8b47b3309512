using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Transport;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Devices;

/// <summary>Which devices are served: approval, quarantine, tokens and clones.</summary>
public sealed class TrustTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_that_waits_for_approval_is_seen_and_not_served()
    {
        var key = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, requires_approval = true }, 201);
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, key.Text("key"));
        agent.Config.GetProperty("plugins").GetArrayLength().ShouldBe(0);
        var command = await shared.Admin.QueueScriptAsync(agent.Id);
        var waiting = await BeatAsync(agent, "one");
        waiting.GetProperty("commands").GetArrayLength().ShouldBe(0);
        waiting.GetProperty("config_update").ValueKind.ShouldBe(JsonValueKind.Null);
        var device = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}");
        device.Text("status").ShouldBe("pending");
        device.Text("approval").ShouldBe("waiting");
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series").GetArrayLength().ShouldBe(0);
        await agent.Client.PutAsync($"/api/v1/agents/{agent.Id}/inventory/hardware", new StringContent("{}"), Token).ShouldBeProblemAsync(403, "device_not_trusted");

        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/approve", "{}"), 204);
        var served = await BeatAsync(agent, "one");
        served.GetProperty("commands")[0].Id().ShouldBe(command);
        served.GetProperty("config_update").GetProperty("plugins").GetArrayLength().ShouldBeGreaterThan(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("status").ShouldBe("online");
        await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/approve", "{}").ShouldBeProblemAsync(409, "device_not_waiting");
    }

    [Fact]
    public async Task A_key_that_asks_for_approval_takes_over_no_approved_machine()
    {
        using var genuine = await shared.EnrolAsync();
        await genuine.HeartbeatAsync();
        var key = await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId, requires_approval = true }, 201);
        using var impostor = await FakeAgent.EnrolAsync(shared.Server.Url, key.Text("key"), machineId: genuine.MachineId);
        impostor.Id.ShouldBe(genuine.Id);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{genuine.Id}")).Text("approval").ShouldBe("waiting");
    }

    [Fact]
    public async Task A_device_in_quarantine_is_watched_and_gets_nothing()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync();
        var queued = await shared.Admin.QueueScriptAsync(agent.Id);
        await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/quarantine", "{}").ShouldBeProblemAsync(400, "reason_invalid");
        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/quarantine", """{"reason":"Ransom note on the desktop"}"""), 204);
        var beat = await BeatAsync(agent, "one");
        beat.GetProperty("commands").GetArrayLength().ShouldBe(0);
        beat.GetProperty("config_update").ValueKind.ShouldBe(JsonValueKind.Null);
        var device = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}");
        device.Text("status").ShouldBe("quarantined");
        device.Text("quarantine_reason").ShouldBe("Ransom note on the desktop");
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series").GetArrayLength().ShouldBe(1);
        await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/commands", """{"type":"script","payload":{"runtime":"bash","content":"id"}}""").ShouldBeProblemAsync(409, "device_quarantined");
        await agent.Client.GetAsync($"/api/v1/agents/{agent.Id}/plugins/{new string('0', 64)}", Token).ShouldBeProblemAsync(403, "device_not_trusted");

        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/release", "{}"), 204);
        (await BeatAsync(agent, "one")).GetProperty("commands")[0].Id().ShouldBe(queued);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("status").ShouldBe("online");
    }

    [Fact]
    public async Task A_token_is_rotated_in_two_phases_and_no_lost_answer_locks_the_agent_out()
    {
        using var agent = await shared.EnrolAsync();
        (await BeatAsync(agent, "one")).TryGetProperty("auth_token", out _).ShouldBeFalse();
        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/rotate-token", "{}"), 202);

        // A plain agent that does not know of rotation is left alone.
        (await agent.HeartbeatAsync()).TryGetProperty("auth_token", out _).ShouldBeFalse();
        var lost = (await BeatAsync(agent, "one")).Text("auth_token");
        // The answer got lost: the old token works, and the request for a new one can be repeated.
        await agent.HeartbeatAsync();
        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/rotate-token", "{}"), 202);
        var next = (await BeatAsync(agent, "one")).Text("auth_token");
        next.ShouldNotBe(lost);
        using (var stale = shared.Server.ClientWith(lost))
        {
            await stale.PostTextAsync(agent.HeartbeatPath, "{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        }

        using var rotated = shared.Server.ClientWith(next);
        await Http.ReadAsync(await rotated.PostTextAsync(agent.HeartbeatPath, """{"instance":"one"}"""), 200);
        // In its grace the old one still works, then it ends.
        await agent.HeartbeatAsync();
        await using (var database = shared.Database.System.CreateCommand("UPDATE agent_tokens SET expires_at = now() - interval '1 second' WHERE device_id = $1 AND expires_at IS NOT NULL"))
        {
            database.Parameters.Add(new() { Value = agent.Id });
            (await database.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        }
        await Http.UntilAsync(async () =>
        {
            // Any change of a device makes the server look.
            await shared.Admin.PatchAsync($"/api/v1/devices/{agent.Id}", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), Token);
            using var response = await agent.SendHeartbeatAsync("{}");
            return (int)response.StatusCode == 401;
        });
        (await Http.ReadAsync(await rotated.PostTextAsync(agent.HeartbeatPath, """{"instance":"one"}"""), 200)).TryGetProperty("auth_token", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoking_a_token_closes_the_live_channel_at_once()
    {
        using var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync();
        using var socket = await agent.ConnectAsync();
        await Http.UntilAsync(async () => (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).GetProperty("live").GetBoolean());
        await Http.ReadAsync(await shared.Admin.PostTextAsync($"/api/v1/devices/{agent.Id}/revoke-token", "{}"), 204);
        await ClosedAsync(socket).WaitAsync(TimeSpan.FromSeconds(20), Token);
        await agent.SendHeartbeatAsync("{}").ShouldBeProblemAsync(401, "agent_unauthenticated");

        // Enrolling again brings the same device back.
        using var again = await FakeAgent.EnrolAsync(shared.Server.Url, shared.Admin, shared.SiteId, machineId: agent.MachineId);
        again.Id.ShouldBe(agent.Id);
    }

    [Fact]
    public async Task Who_is_reinstalled_keeps_the_device_and_a_living_clone_gets_its_own()
    {
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = shared.SiteId }, 201)).Text("key");
        var machine = Guid.NewGuid().ToString("n");
        var first = await EnrolAsync(key, machine, new string('a', 64));
        // Not seen yet: whatever it is, nobody else lives under this name.
        (await EnrolAsync(key, machine, new string('b', 64))).Id.ShouldBe(first.Id);
        var original = await EnrolAsync(key, machine, new string('a', 64));
        using var client = shared.Server.ClientWith(original.Token);
        await Http.ReadAsync(await client.PostTextAsync($"/api/v1/agents/{original.Id}/heartbeat", "{}"), 200);

        var clone = await EnrolAsync(key, machine, new string('b', 64));
        clone.Id.ShouldNotBe(original.Id);
        (await EnrolAsync(key, machine, new string('b', 64))).Id.ShouldBe(clone.Id, "it keeps the device that it got");
        await Http.ReadAsync(await client.PostTextAsync($"/api/v1/agents/{original.Id}/heartbeat", "{}"), 200);
        (await EnrolAsync(key, machine, new string('a', 64))).Id.ShouldBe(original.Id);
    }

    [Fact]
    public async Task Two_machines_with_one_agents_state_are_cut_off()
    {
        using var agent = await shared.EnrolAsync();
        foreach (var instance in (string[])["one", "two", "three"])
        {
            // Restarts.
            await BeatAsync(agent, instance);
        }
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("status").ShouldBe("online");
        foreach (var instance in (string[])["copy", "three", "copy", "three"])
        {
            await BeatAsync(agent, instance);
        }
        var device = await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}");
        device.Text("status").ShouldBe("quarantined");
        device.Text("quarantine_reason").ShouldStartWith("Two machines report as this device");
    }

    [Fact]
    public async Task A_technician_decides_nothing_of_this()
    {
        using var technician = await shared.AddUserAsync(await shared.PartnerIdAsync(), BuiltInRoles.PartnerTechnician);
        using var agent = await shared.EnrolAsync();
        foreach (var path in (string[])["approve", "quarantine", "release", "rotate-token", "revoke-token"])
        {
            await technician.PostTextAsync($"/api/v1/devices/{agent.Id}/{path}", """{"reason":"x"}""").ShouldBeProblemAsync(403, "forbidden");
        }
        await agent.HeartbeatAsync();
    }

    [Theory]
    [InlineData("a a a a", false)]
    [InlineData("a b c d e f g h i j k", false)]
    [InlineData("a b a", false)]
    [InlineData("a b a b", true)]
    [InlineData("a b c a c a", true)]
    public void One_that_was_superseded_and_lives_on_is_a_copy(string seen, bool expected)
    {
        var instances = new AgentInstances();
        seen.Split(' ').Any(instances.Observe).ShouldBe(expected);
    }

    static Task<JsonElement> BeatAsync(FakeAgent agent, string instance) =>
        agent.Client.PostJsonAsync(agent.HeartbeatPath, new { status = "ok", agent_version = "9.9.9", instance, config_version = "none", metrics = new Dictionary<string, double> { ["test.trust"] = 1 } });

    async Task<(Guid Id, string Token)> EnrolAsync(string key, string machineId, string fingerprint)
    {
        using var client = new HttpClient { BaseAddress = shared.Server.Url };
        var answer = await client.PostJsonAsync("/api/v1/agents/enroll", new
        {
            enrollment_key = key, hostname = "twin", machine_id = machineId, os = new { family = "linux", name = "Debian", version = "13", arch = "x86_64" },
            agent_version = "1.0.0", fingerprint,
        }, 201);
        return (answer.GetProperty("agent_id").GetGuid(), answer.Text("auth_token"));
    }

    static async Task ClosedAsync(WebSocket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Gone without a word is gone as well.
        }
    }
}
