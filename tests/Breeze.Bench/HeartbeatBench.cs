using System.Globalization;
using Breeze.Bench.Floor;
using Breeze.Bench.Load;
using Breeze.Bench.Report;
using Breeze.Testing;
using Npgsql;

namespace Breeze.Bench;

/// <summary>
/// Heartbeats in their plain form, from the socket to the commit. The floor is the sum of what every server must do: take the request and know whose it is (a
/// bare Kestrel endpoint that hashes the token and reads the JSON), store the readings (a bare COPY), and keep the last contact (a bare update).
/// </summary>
static class HeartbeatBench
{
    /// <param name="options">How long, and how much.</param>
    /// <param name="report">Takes the figures.</param>
    /// <param name="certificate">What the server and the floor show themselves with over https; null for plain HTTP.</param>
    public static async Task RunAsync(BenchOptions options, FigureReport report, TestCertificate? certificate = null)
    {
        await using var server = await BenchServer.StartAsync(certificate: certificate);
        FigureReport.SayLoad();
        Console.WriteLine($"{options.Devices} agents, {options.Connections} connections, {HeartbeatBody.Metrics} metrics, {HeartbeatBody.Plain.Length} bytes, {options.Seconds} s a run");
        var devices = Path.GetTempFileName();
        await File.WriteAllLinesAsync(devices, (await server.EnrolAsync(options.Devices)).Select(agent => $"{agent.Id} {agent.Token}"));
        try
        {
            var copy = await StoreAsync(server, options, "part-copy-floor", Text(HeartbeatBody.Metrics), Text(options.Seconds));
            var presence = await StoreAsync(server, options, "part-presence-floor", Text(options.Seconds));
            var http = await HttpAsync(devices, options, certificate);
            if (certificate is not null)
            {
                await TlsCost.AddAsync(report, devices, options, certificate, http, await HttpAsync(devices, options, null));
            }
            var actual = await LoadAsync(server.Process.Port, devices, options, certificate, server.Cpu);
            var floor = FigureReport.Median(copy) + FigureReport.Median(presence) + FigureReport.Median(http.Of(round => round.Cpu));
            report.Add("heartbeat.floor.http.cpu", "µs", http.Of(round => round.Cpu));
            report.Add("heartbeat.floor.copy.cpu", "µs", copy);
            report.Add("heartbeat.floor.presence.cpu", "µs", presence);
            report.Add("heartbeat.server.cpu", "µs", actual.Of(round => round.Cpu));
            report.Add("heartbeat.database.cpu", "µs", actual.Of(round => round.DatabaseCpu));
            report.Add("heartbeat.cpu", "µs", actual.Of(round => round.Cpu + round.DatabaseCpu), floor);
            report.Add("heartbeat.rate", "/s", actual.Of(round => round.Rate), FigureReport.Median(http.Of(round => round.Rate)), smallerIsBetter: false);
            report.Add("heartbeat.latency.p50", "ms", actual.Of(round => round.P50), FigureReport.Median(http.Of(round => round.P50)));
            report.Add("heartbeat.latency.p99", "ms", actual.Of(round => round.P99), FigureReport.Median(http.Of(round => round.P99)));
            report.Add("heartbeat.failures", "", [actual.Failures]);
            report.Add("heartbeat.lost", "", [actual.Requests - actual.Failures - await StoredAsync(server)]);
        }
        finally
        {
            File.Delete(devices);
        }
    }

    static async Task<double[]> StoreAsync(BenchServer server, BenchOptions options, string floor, params string[] arguments)
    {
        var runs = new List<double>();
        for (var run = 0; run < options.Runs; run++)
        {
            using var part = Part.Start([floor, server.ConnectionString, .. arguments]);
            await part.ReadAsync();
            var before = ProcessCpu.OwnMicrosecondsOf(part.Id) + ProcessCpu.MicrosecondsOf(server.PostgresId);
            await part.GoAsync();
            var result = await part.ReadAsync();
            var used = ProcessCpu.OwnMicrosecondsOf(part.Id) + ProcessCpu.MicrosecondsOf(server.PostgresId) - before;
            runs.Add(used / result.GetProperty("rows").GetInt64());
            await part.GoAsync();
            await Task.Delay(200);
        }

        return [.. runs];
    }

    static async Task<LoadRounds> HttpAsync(string devices, BenchOptions options, TestCertificate? certificate)
    {
        using var floor = await HttpFloorPart.StartAsync(devices, certificate);
        return await LoadAsync(floor.Port, devices, options, certificate, () => (ProcessCpu.OwnMicrosecondsOf(floor.Id), 0));
    }

    public static async Task<LoadRounds> LoadAsync(int port, string devices, BenchOptions options, TestCertificate? certificate, Func<(double Server, double Database)> cpu)
    {
        using var load = await LoadPart.StartAsync(port, devices, options, certificate, cpu);
        var rounds = new List<LoadRound> { await load.RunAsync(options.WarmUpSeconds) };
        for (var run = 0; run < options.Runs; run++)
        {
            rounds.Add(await load.RunAsync(options.Seconds));
        }

        return new LoadRounds(rounds);
    }

    static async Task<long> StoredAsync(BenchServer server)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM device_metrics", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
