using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Breeze.Bench.Report;
using Breeze.Testing;
using Npgsql;

namespace Breeze.Bench.Fleet;

/// <summary>
/// The server is stopped as a service manager does it, stays away while the whole fleet goes on, and comes back: how long until every agent is in contact, what
/// they were told meanwhile, and whether every result of commands that ended in between is there once.
/// </summary>
static class HerdBench
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(BenchOptions options, BenchArguments arguments, FigureReport report)
    {
        var shape = new FleetShape((int)arguments.Number("--agents", options.Quick ? 1_000 : 20_000), (int)arguments.Number("--interval", options.Quick ? 5 : 60));
        var away = TimeSpan.FromMinutes(arguments.Number("--down-minutes", options.Quick ? 0.2 : 5));
        var commanded = shape.Agents / 10;
        using var certificate = arguments.Has("--tls") ? new TestCertificate() : null;
        await using var server = await BenchServer.StartAsync(certificate: certificate);
        Console.WriteLine($"{shape.Agents} agents, a heartbeat every {shape.IntervalSeconds} s each, {shape.LiveAgents} wake channels, {commanded} commands; away for {away.TotalMinutes} min");
        FigureReport.SayLoad();
        var state = Path.Combine(server.Process.DataDirectory, "fleet.state");
        var acknowledged = Path.Combine(server.Process.DataDirectory, "fleet-acknowledged.txt");
        var agents = await server.EnrolAsync(shape.Agents);
        await FleetProcess.WriteStateAsync(state, agents);
        await server.AnalyzeAsync();
        // Longer than it takes until all have their command, so that results come while nobody takes them.
        var least = (int)(shape.IntervalSeconds * 1.3) + 5;
        using var fleet = await FleetProcess.StartAsync(
            server.Process.Url, shape, state, certificate, "--acknowledged", acknowledged, "--live", shape.LiveShare.ToString(CultureInfo.InvariantCulture), "--command-seconds", least.ToString(CultureInfo.InvariantCulture));
        await FleetWindow.SettleAsync(fleet, shape);

        await CommandAsync(server, [.. agents.Take(commanded).Select(a => a.Id)]);
        await UntilAsync(fleet, f => f.Commands >= commanded, "have their command");
        var watch = Stopwatch.StartNew();
        await fleet.MarkAsync();
        await server.Process.StopAsync();
        var stop = watch.Elapsed;
        await Task.Delay(away - stop > TimeSpan.Zero ? away - stop : TimeSpan.Zero);
        var down = await fleet.FiguresAsync();
        report.Add("herd.stop", "s", [stop.TotalSeconds]);
        report.Add("herd.refused", "", [down.Errors.Where(e => !IsStatus(e.Key)).Sum(e => e.Value)]);
        report.Add("herd.results_waiting", "", [down.OpenResults]);
        Console.WriteLine($"{"",-44} since the stop: {down.Heartbeats} heartbeats taken; {down.ErrorWords}");
        await ReturnAsync(server, fleet, shape, report);
        await UntilAsync(fleet, f => f.OpenResults == 0, "have delivered their result");
        FigureReport.SayLoad();
        var end = await fleet.StopAsync();
        await ResultsAsync(server, report, commanded, end);
        var (told, lost) = await Acknowledged.CheckAsync(server, acknowledged);
        report.Add("herd.acknowledged", "", [told]);
        report.Add("herd.lost", "", [lost]);
        FigureReport.Goal("0", lost == 0);
    }

    static async Task ReturnAsync(BenchServer server, FleetProcess fleet, FleetShape shape, FigureReport report)
    {
        await fleet.MarkAsync();
        var watch = Stopwatch.StartNew();
        await server.Process.StartAgainAsync();
        var ready = watch.Elapsed;
        var simulator = ProcessCpu.OwnMicrosecondsOf(fleet.Id);
        var before = server.Cpu();
        var back = await UntilAsync(fleet, f => f.AgentsHeard >= shape.Agents, "are back");
        var (after, seconds) = (server.Cpu(), (watch.Elapsed - ready).TotalSeconds);
        report.Add("herd.start", "s", [ready.TotalSeconds]);
        report.Add("herd.back.p50 (since the start)", "s", [back.HeardP50 / 1000]);
        report.Add("herd.back.last (since the start)", "s", [back.HeardLast / 1000]);
        FigureReport.Goal("120 s", back.HeardLast < 120_000);
        report.Add("herd.latency.p99", "ms", [back.P99]);
        report.Add("herd.cpu.server", "% core", [(after.Server - before.Server) / (seconds * 1e4)]);
        report.Add("herd.cpu.database", "% core", [(after.Database - before.Database) / (seconds * 1e4)]);
        report.Add("herd.cpu.simulator", "% core", [(ProcessCpu.OwnMicrosecondsOf(fleet.Id) - simulator) / (seconds * 1e4)]);
        var statuses = back.Errors.Where(e => IsStatus(e.Key)).ToList();
        var wrong = statuses.Where(e => !e.Key.EndsWith(" 503", StringComparison.Ordinal)).Sum(e => e.Value);
        report.Add("herd.overloaded (503 with Retry-After)", "", [statuses.Sum(e => e.Value) - wrong]);
        report.Add("herd.other_errors", "", [wrong]);
        FigureReport.Goal("0", wrong == 0);
        Console.WriteLine($"{"",-44} since the start: {back.Heartbeats} heartbeats taken; {back.ErrorWords}");
    }

    /// <summary>An answer of the server, such as "heartbeat 503"; else there was none.</summary>
    static bool IsStatus(string error) => error.Any(char.IsAsciiDigit);

    static async Task CommandAsync(BenchServer server, Guid[] devices)
    {
        foreach (var batch in devices.Chunk(500))
        {
            using var answer = await server.Admin.PostAsJsonAsync("/api/v1/bulk-actions", new { kind = "script.run", parameters = new { runtime = "bash", content = "true" }, device_ids = batch });
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }
    }

    static async Task<FleetFigures> UntilAsync(FleetProcess fleet, Func<FleetFigures, bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var figures = await fleet.FiguresAsync();
            if (condition(figures))
            {
                return figures;
            }
            if (watch.Elapsed > Patience)
            {
                throw new InvalidOperationException(
                    $"After {Patience.TotalMinutes:0} min not all {what}: {figures.AgentsHeard} agents heard of, {figures.Commands} commands, {figures.Results} results; {figures.ErrorWords}.");
            }
            await Task.Delay(200);
        }
    }

    static async Task ResultsAsync(BenchServer server, FigureReport report, int commanded, FleetFigures fleet)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*), count(r.command_id) FILTER (WHERE r.status = 'completed' AND c.status = 'completed' AND r.stdout LIKE '% ran script%') FROM device_commands c LEFT JOIN command_results r ON r.command_id = c.id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (commands, results) = (reader.GetInt64(0), reader.GetInt64(1));
        report.Add("herd.commands (queued, run)", "", [commands, fleet.Commands]);
        report.Add("herd.results", "", [results]);
        report.Add("herd.results.lost", "", [commands - results]);
        FigureReport.Goal("0, each command run once", commands == commanded && results == commanded && (long)fleet.Commands == commanded);
    }
}
