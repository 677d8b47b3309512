using System.Globalization;
using Breeze.Bench.Floor;
using Breeze.Bench.Report;
using Breeze.Testing;

namespace Breeze.Bench.Fleet;

/// <summary>
/// The real server and a whole fleet at its usual rhythm: what all of it costs while nothing special happens, whether anything gets lost, and whether memory
/// stays flat. The floor is the same fleet, without wake channels, at a bare Kestrel endpoint that reads the heartbeats and stores nothing.
/// </summary>
static class FleetBench
{
    public static async Task RunAsync(BenchOptions options, BenchArguments arguments, FigureReport report)
    {
        var shape = new FleetShape((int)arguments.Number("--agents", options.Quick ? 1_000 : 10_000), (int)arguments.Number("--interval", options.Quick ? 5 : 60));
        var time = TimeSpan.FromMinutes(arguments.Number("--minutes", options.Quick ? 0.25 : 10));
        // As the server and the simulator have it in their configuration: else the floor's waiting threads would spin, at this pace more than they work.
        Environment.SetEnvironmentVariable("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0");
        using var certificate = arguments.Has("--tls") ? new TestCertificate() : null;
        await using var server = await BenchServer.StartAsync(certificate: certificate);
        Console.WriteLine($"{shape.Agents} agents, a heartbeat every {shape.IntervalSeconds} s each, {(shape.Connections == 0 ? "a connection each" : $"{shape.Connections} shared connections")}, {shape.LiveAgents} wake channels, {time.TotalMinutes} min");
        FigureReport.SayLoad();
        var idle = await IdleAsync(server, options);
        var state = Path.Combine(server.Process.DataDirectory, "fleet.state");
        var devices = Path.Combine(server.Process.DataDirectory, "fleet-devices.txt");
        var agents = await server.EnrolAsync(shape.Agents);
        await FleetProcess.WriteStateAsync(state, agents);
        await File.WriteAllLinesAsync(devices, agents.Select(agent => $"{agent.Id} {agent.Token}"));
        await server.AnalyzeAsync();
        var floor = await FloorAsync(shape, state, devices, certificate, time < TimeSpan.FromMinutes(2) ? time : TimeSpan.FromMinutes(2));
        var acknowledged = Path.Combine(server.Process.DataDirectory, "fleet-acknowledged.txt");
        FleetWindow actual;
        using (var fleet = await FleetProcess.StartAsync(server.Process.Url, shape, state, certificate, "--acknowledged", acknowledged, "--live", shape.LiveShare.ToString(CultureInfo.InvariantCulture)))
        {
            await FleetWindow.SettleAsync(fleet, shape);
            actual = await FleetWindow.MeasureAsync(fleet, server.Process.ProcessId, server.Cpu, time);
            await fleet.StopAsync();
        }
        FigureReport.SayLoad();
        report.Add("fleet.idle.cpu", "% core", [idle]);
        Add(report, shape, actual, floor);
        var (told, lost) = await Acknowledged.CheckAsync(server, acknowledged);
        report.Add("fleet.acknowledged", "", [told]);
        report.Add("fleet.lost", "", [lost]);
        FigureReport.Goal("0", lost == 0);
    }

    static void Add(FigureReport report, FleetShape shape, FleetWindow actual, FleetWindow floor)
    {
        report.Add("fleet.rate", "/s", [actual.Rate], shape.Agents / (double)shape.IntervalSeconds, smallerIsBetter: false);
        report.Add("fleet.cpu", "% core", [actual.Percent(actual.Server + actual.Database)], floor.Percent(floor.Server));
        if (shape.Agents == 10_000)
        {
            FigureReport.Goal("10 %", actual.Percent(actual.Server + actual.Database) < 10);
        }
        report.Add("fleet.cpu.server", "% core", [actual.Percent(actual.Server)]);
        report.Add("fleet.cpu.database", "% core", [actual.Percent(actual.Database)]);
        report.Add("fleet.cpu.heartbeat", "µs", [(actual.Server + actual.Database) / actual.Figures.Heartbeats], floor.Server / floor.Figures.Heartbeats);
        report.Add("fleet.latency.p50", "ms", [actual.Figures.P50], floor.Figures.P50);
        report.Add("fleet.latency.p99", "ms", [actual.Figures.P99], floor.Figures.P99);
        FigureReport.Goal("250 ms", actual.Figures.P99 < 250);
        report.Add("fleet.live", "", [actual.Figures.Live], shape.LiveAgents, smallerIsBetter: false);
        report.Add("fleet.errors", "", [actual.Figures.Errors.Values.Sum()]);
        Console.WriteLine($"{"",-44} errors: {actual.Figures.ErrorWords}");
        report.Add("fleet.rss.begin", "MB", [actual.MemoryBegin]);
        report.Add("fleet.rss.end", "MB", [actual.MemoryEnd]);
        FigureReport.Goal("flat, at most a tenth more", actual.MemoryEnd < actual.MemoryBegin * 1.1);
        report.Add("fleet.simulator.cpu", "% core", [actual.Percent(actual.Simulator)]);
        report.Add("fleet.simulator.cpu.heartbeat", "µs", [actual.Simulator / actual.Figures.Heartbeats]);
    }

    /// <summary>What the server and its database take when nobody is there.</summary>
    static async Task<double> IdleAsync(BenchServer server, BenchOptions options)
    {
        var (settle, measure) = options.Quick ? (5, 5) : (30, 60);
        await Task.Delay(TimeSpan.FromSeconds(settle));
        var before = server.Cpu();
        await Task.Delay(TimeSpan.FromSeconds(measure));
        var after = server.Cpu();
        return (after.Server + after.Database - before.Server - before.Database) / (measure * 1e6) * 100;
    }

    static async Task<FleetWindow> FloorAsync(FleetShape shape, string state, string devices, TestCertificate? certificate, TimeSpan time)
    {
        using var endpoint = await HttpFloorPart.StartAsync(devices, certificate);
        var url = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{endpoint.Port}");
        using var fleet = await FleetProcess.StartAsync(url, shape, state, certificate, "--live", "0");
        await FleetWindow.SettleAsync(fleet, shape, live: false);
        var window = await FleetWindow.MeasureAsync(fleet, endpoint.Id, () => (ProcessCpu.OwnMicrosecondsOf(endpoint.Id), 0), time);
        await fleet.StopAsync();
        return window;
    }
}
