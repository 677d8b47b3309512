using Breeze.Bench.Report;

namespace Breeze.Bench.Alerts;

/// <summary>What alerting costs where readings arrive, and how soon somebody is told.</summary>
static class AlertBench
{
    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        await using (var server = await BenchServer.StartAsync(environment: new Dictionary<string, string> { ["Outgoing__AllowedNetworks__0"] = "127.0.0.0/8" }))
        {
            FigureReport.SayLoad();
            await EvaluationRate.RunAsync(server, options, report);
            await BreachToDelivery.RunAsync(server, options, report);
        }
        await using (var server = await BenchServer.StartAsync())
        {
            await HeartbeatCost.RunAsync(server, options, report);
        }
    }
}
