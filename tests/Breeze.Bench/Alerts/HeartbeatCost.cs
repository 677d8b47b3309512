using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Bench.Load;
using Breeze.Bench.Report;

namespace Breeze.Bench.Alerts;

/// <summary>What the rules that everybody begins with add to a heartbeat: CPU of server and database with them and, as the floor, without, in turns.</summary>
static class HeartbeatCost
{
    const double Goal = 1.15;

    public static async Task RunAsync(BenchServer server, BenchOptions options, FigureReport report)
    {
        var devices = Path.GetTempFileName();
        await File.WriteAllLinesAsync(devices, (await server.EnrolAsync(options.Devices)).Select(agent => $"{agent.Id} {agent.Token}"));
        try
        {
            var rules = await RulesAsync(server);
            var without = new List<double>();
            var with = new List<double>();
            for (var turn = 0; turn < 2; turn++)
            {
                await EnableAsync(server, rules, false);
                without.AddRange(await MeasureAsync(server, devices, options));
                await EnableAsync(server, rules, true);
                with.AddRange(await MeasureAsync(server, devices, options));
            }
            var floor = FigureReport.Median(without);
            report.Add("alerts.heartbeat.rules", "", [rules.Length]);
            report.Add("alerts.heartbeat.cpu", "µs", with, floor);
            FigureReport.Goal("at most 15 % more than without rules", FigureReport.Median(with) <= floor * Goal);
        }
        finally
        {
            File.Delete(devices);
        }
    }

    static async Task<double[]> MeasureAsync(BenchServer server, string devices, BenchOptions options)
    {
        var rounds = await HeartbeatBench.LoadAsync(server.Process.Port, devices, options, null, server.Cpu);
        return rounds.Failures == 0 ? rounds.Of(r => r.Cpu + r.DatabaseCpu) : throw new InvalidOperationException($"{rounds.Failures.ToString(CultureInfo.InvariantCulture)} heartbeats failed.");
    }

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
