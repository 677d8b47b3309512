using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Bench.Load;
using Breeze.Bench.Report;

namespace Breeze.Bench.Alerts;

/// <summary>
/// What the rules that everybody begins with add to a heartbeat: CPU of server and database with them and, as the floor, without. The two take short turns under one
/// load and are compared in pairs, since what the machine itself takes for the same work changes by more than the rules add.
/// </summary>
static class HeartbeatCost
{
    const double Goal = 0.15;

    /// <summary>Of load that counts for nothing, in which a change of rules reaches all that keep them.</summary>
    const int SettleSeconds = 4;

    public static async Task RunAsync(BenchServer server, BenchOptions options, FigureReport report)
    {
        var devices = Path.GetTempFileName();
        await File.WriteAllLinesAsync(devices, (await server.EnrolAsync(options.Devices)).Select(agent => $"{agent.Id} {agent.Token}"));
        try
        {
            var rules = await RulesAsync(server);
            using var load = await LoadPart.StartAsync(server.Process.Port, devices, options, null, server.Cpu);
            await load.RunAsync(options.WarmUpSeconds);
            var without = new List<LoadRound>();
            var with = new List<LoadRound>();
            for (var pair = 0; pair < options.Pairs; pair++)
            {
                // Turned around each time, so that what grows while it runs is in both alike.
                foreach (var enabled in pair % 2 == 0 ? (bool[])[false, true] : [true, false])
                {
                    await EnableAsync(server, rules, enabled);
                    await load.RunAsync(SettleSeconds);
                    var round = await load.RunAsync(options.Seconds);
                    (enabled ? with : without).Add(round.Failures == 0 ? round
                        : throw new InvalidOperationException($"{round.Failures.ToString(CultureInfo.InvariantCulture)} heartbeats failed."));
                }
            }
            report.Add("alerts.heartbeat.rules", "", [rules.Length]);
            report.Add("alerts.heartbeat.server.cpu", "µs", [.. with.Select(r => r.Cpu)], FigureReport.Median([.. without.Select(r => r.Cpu)]));
            report.Add("alerts.heartbeat.cpu", "µs", [.. with.Select(All)], FigureReport.Median([.. without.Select(All)]));
            double[] added = [.. with.Zip(without, (w, o) => (All(w) / All(o)) - 1)];
            report.Add("alerts.heartbeat.added", "%", [.. added.Select(share => share * 100)]);
            FigureReport.Goal("at most 15 % more than without rules", FigureReport.Median(added) <= Goal);
        }
        finally
        {
            File.Delete(devices);
        }
    }

    static double All(LoadRound round) => round.Cpu + round.DatabaseCpu;

    static async Task<Guid[]> RulesAsync(BenchServer server) =>
        [.. (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/alert-rules?limit=200")).GetProperty("data").EnumerateArray()
            .Where(r => r.GetProperty("enabled").GetBoolean()).Select(r => r.GetProperty("id").GetGuid())];

    static async Task EnableAsync(BenchServer server, Guid[] rules, bool enabled)
    {
        foreach (var rule in rules)
        {
            using var response = await server.Admin.PatchAsJsonAsync($"/api/v1/alert-rules/{rule}", new { enabled });
            response.EnsureSuccessStatusCode();
        }
    }
}
