using System.Globalization;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>From a heartbeat to an alert and its end, on a real server.</summary>
public sealed class EndToEndTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Heartbeats_raise_an_alert_and_end_it_with_each_event_once()
    {
        var tenant = await shared.AddPartnerAsync("Alerting");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, tenant.Admin, tenant.SiteId, "alerting-1");
        await tenant.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Busy", severity = "error", condition = "cpu.percent > 90 for 2s" }, 201);
        // Below what the rules ask for that every partner begins with.
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.91) && await ReadAsync(agent) == "pending ", TimeSpan.FromSeconds(30));
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.92) && await ReadAsync(agent) == "firing firing", TimeSpan.FromSeconds(30));
        await Http.UntilAsync(async () => await BeatAsync(agent, 0.1) && await ReadAsync(agent) == "resolved firing,resolved", TimeSpan.FromSeconds(30));
        (await ScalarAsync("SELECT string_agg(type, ',' ORDER BY id) FROM outbox_events WHERE device_id = $1 AND type LIKE 'alert.%'", agent.Id)).ShouldBe("alert.raised,alert.resolved");
        (await ScalarAsync("SELECT title FROM alerts WHERE device_id = $1", agent.Id)).ShouldBe("Busy: alerting-1 is at 92 %");
    }

    static async Task<bool> BeatAsync(FakeAgent agent, double cpu)
    {
        await agent.HeartbeatAsync(new() { ["system.cpu.utilization"] = cpu });
        return true;
    }

    Task<string> ReadAsync(FakeAgent agent) => ScalarAsync(
        "SELECT string_agg(a.status || ' ' || coalesce((SELECT string_agg(e.kind, ',' ORDER BY e.id) FROM alert_events e WHERE e.alert_id = a.id), ''), ';') FROM alerts a WHERE a.device_id = $1", agent.Id);

    async Task<string> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = shared.Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return Convert.ToString(await command.ExecuteScalarAsync(Token), CultureInfo.InvariantCulture) ?? "";
    }
}
