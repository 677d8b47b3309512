using System.Globalization;
using Breeze.Bench.Load;
using Breeze.Bench.Report;
using Npgsql;

namespace Breeze.Bench.Bytes;

/// <summary>
/// What a heartbeat of 25 metrics takes on disk, the write-ahead log included, through the real server. The floor is the usual way: one row for each metric, with
/// as many heartbeats to a commit as the server's own groups had. Each side is filled with as much before, so that both add to trees that are there, and begins
/// after a checkpoint, so that pages written first are in the log as a whole, as they are after every checkpoint.
/// </summary>
static class BytesBench
{
    /// <summary>Until who was heard of is written as well.</summary>
    static readonly TimeSpan Presence = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        await using var server = await BenchServer.StartAsync();
        FigureReport.SayLoad();
        var agents = await server.EnrolAsync(options.Devices);
        var file = Path.Combine(server.Process.DataDirectory, "bytes-devices.txt");
        await File.WriteAllLinesAsync(file, agents.Select(agent => $"{agent.Id} {agent.Token}"));
        await using var connection = new NpgsqlConnection(server.SuperuserConnectionString);
        await connection.OpenAsync();
        using var load = Part.Start("part-load", Text(server.Process.Port), file, Text(options.Connections), Text(options.Seconds));
        await load.ReadAsync();

        await RoundAsync(load, options.Seconds);
        var (rowsBefore, groupsBefore) = await CountAsync(server);
        var breeze = await MeasureAsync(connection, () => RoundAsync(load, options.Seconds), "device_metrics", "device_presence");
        var (rowsAfter, groupsAfter) = await CountAsync(server);
        var heartbeats = rowsAfter - rowsBefore;
        var group = (int)Math.Max(1, heartbeats / Math.Max(1, groupsAfter - groupsBefore));

        var narrow = new NarrowTable(connection, [.. agents.Select(a => a.Id)], HeartbeatBody.Metrics);
        await narrow.CreateAsync();
        await narrow.FillAsync(rowsBefore, group);
        var floor = await MeasureAsync(connection, () => narrow.FillAsync(heartbeats, group), NarrowTable.Name);
        Console.WriteLine($"{options.Devices} devices, {heartbeats} heartbeats of {HeartbeatBody.Metrics} metrics after {rowsBefore}, {group} to a commit");
        FigureReport.SayLoad();
        Add(report, "bytes.heap", breeze.Heap, floor.Heap, heartbeats);
        Add(report, "bytes.index", breeze.Index, floor.Index, heartbeats);
        Add(report, "bytes.toast", breeze.Toast, floor.Toast, heartbeats);
        Add(report, "bytes.wal", breeze.Wal, floor.Wal, heartbeats);
        report.Add("bytes.wal.full_pages", "/hb", [breeze.FullPages / (double)heartbeats], floor.FullPages / (double)heartbeats);
        Add(report, "bytes.total", breeze.Total, floor.Total, heartbeats);
        FigureReport.Goal("at most half of the floor", breeze.Total * 2 <= floor.Total);
    }

    static void Add(FigureReport report, string name, long bytes, long floor, long heartbeats) =>
        report.Add(name, "B", [bytes / (double)heartbeats], floor / (double)heartbeats);

    static async Task RoundAsync(Part load, int seconds)
    {
        await load.SayAsync(Text(seconds));
        var result = await load.ReadAsync();
        if (result.GetProperty("failures").GetInt32() is > 0 and var failures)
        {
            throw new InvalidOperationException($"{failures} heartbeats were refused.");
        }
        await Task.Delay(Presence);
    }

    static async Task<DiskUse> MeasureAsync(NpgsqlConnection connection, Func<Task> work, params string[] tables)
    {
        await CheckpointAsync(connection);
        var before = await DiskUse.OfAsync(connection, tables);
        await work();
        await CheckpointAsync(connection);
        return await DiskUse.OfAsync(connection, tables) - before;
    }

    static async Task CheckpointAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("CHECKPOINT", connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The readings, and the transactions that brought them.</summary>
    static async Task<(long Rows, long Groups)> CountAsync(BenchServer server)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*), count(DISTINCT xmin::text) FROM device_metrics", connection) { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
