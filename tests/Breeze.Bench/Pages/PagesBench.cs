using System.Diagnostics;
using System.Globalization;
using Breeze.Bench.Report;
using Breeze.Testing;
using Npgsql;

namespace Breeze.Bench.Pages;

/// <summary>
/// The real server with a large fleet, as three people see it: all of the partner, three of its 200 organizations, one site. The time is the client's, on one
/// kept-alive connection, and so the server's plus a round trip over loopback. The floors are a page that reads next to nothing, and 50 rows by primary key on a
/// raw connection.
/// </summary>
static class PagesBench
{
    /// <param name="only">Parts of the names of cases, a person's before them as in <c>site.sort.</c>; none for all of them.</param>
    /// <param name="directory">Null for a new one that goes away; else a server's data directory, which is filled when it is empty and kept.</param>
    public static async Task RunAsync(BenchOptions options, FigureReport report, string? directory, string[] only)
    {
        await using var server = await BenchServer.StartAsync(data: directory);
        var watch = Stopwatch.StartNew();
        await FleetSeed.FillAsync(server, options.Quick ? 20_000 : 100_000, options.Quick ? 1_000_000 : 10_000_000);
        report.Add("pages.seeding", "s", [watch.Elapsed.TotalSeconds]);
        var requests = options.Quick ? 50 : 200;
        await FleetSeed.SettleAsync(server);
        await RawFloorAsync(server, report, requests);
        foreach (var (name, email) in ((string, string)[])[("partner", ServerProcess.AdminEmail), ("three", "three@example.com"), ("site", "site@example.com")])
        {
            using var visitor = await PageVisitor.SignInAsync(server.Process, email);
            await WarmUpAsync(visitor);
            var floor = await MeasureAsync(server, report, visitor, $"{name}.floor.page", "/account/profile", requests, null, null);
            foreach (var page in (await PageCases.ForAsync(visitor)).Where(p => only.Length == 0 || only.Any($"{name}.{p.Name}".Contains)))
            {
                await MeasureAsync(server, report, visitor, $"{name}.{page.Name}", page.Path, requests, floor, page.Goal);
            }
        }
    }

    static async Task<double[]> MeasureAsync(BenchServer server, FigureReport report, PageVisitor visitor, string name, string path, int requests, double[]? floor, double? goal)
    {
        var before = server.Cpu();
        var times = await visitor.MeasureAsync(path, requests);
        var after = server.Cpu();
        Add(report, name, times, floor, goal);
        // Of all that the two processes did meanwhile, their background work included.
        var all = (requests + PageVisitor.WarmUp(requests)) * 1000.0;
        report.Add($"{name}.cpu.server", "ms", [(after.Server - before.Server) / all]);
        report.Add($"{name}.cpu.database", "ms", [(after.Database - before.Database) / all]);
        return times;
    }

    /// <summary>The runtime compiles what is called often anew; a server that has run for a minute has that behind it.</summary>
    static async Task WarmUpAsync(PageVisitor visitor)
    {
        foreach (var path in (string[])["/account/profile", "/devices", "/api/v1/devices?limit=50", "/devices?q=db-0009", "/"])
        {
            await visitor.MeasureAsync(path, 100);
        }
    }

    static void Add(FigureReport report, string name, double[] times, double[]? floor, double? goal)
    {
        report.Add($"{name}.p50", "ms", [At(times, 0.5)], floor is null ? null : At(floor, 0.5));
        var p99 = At(times, 0.99);
        report.Add($"{name}.p99", "ms", [p99], floor is null ? null : At(floor, 0.99));
        if (goal is { } limit)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-44} goal {limit} ms: {(p99 <= limit ? "met" : At(times, 0.5) <= limit ? "met by the median alone" : "MISSED")}"));
        }
    }

    static double At(double[] times, double share) => times.Order().ElementAt(Math.Min(times.Length - 1, (int)(times.Length * share)));

    static async Task RawFloorAsync(BenchServer server, FigureReport report, int requests)
    {
        await using var connection = await server.OpenAsync();
        var times = new double[requests];
        for (var i = 0; i < requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await using var command = new NpgsqlCommand("SELECT * FROM devices WHERE id > $1 ORDER BY id LIMIT 50", connection) { Parameters = { new() { Value = Guid.Empty } } };
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                reader.GetGuid(0);
            }

            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Add(report, "floor.sql", times, null, null);
    }
}
