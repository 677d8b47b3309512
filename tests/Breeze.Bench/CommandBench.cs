using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Bench.Floor;
using Breeze.Bench.Report;
using Npgsql;

namespace Breeze.Bench;

/// <summary>
/// A command on its way: queued over the API, sent down the wake channel to a connected agent, its result posted and stored. The floor of
/// the way is a bare INSERT and a bare WebSocket echo; that of the queue is the INSERT.
/// </summary>
static class CommandBench
{
    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        await using var server = await BenchServer.StartAsync();
        var agent = (await server.EnrolAsync(1))[0];
        using var device = server.Process.ClientWith(agent.Token);
        var count = options.Quick ? 200 : 1000;

        var insert = await InsertAsync(server, count);
        var echo = await EchoAsync(count);
        using (var channel = new ClientWebSocket())
        {
            channel.Options.SetRequestHeader("Authorization", $"Bearer {agent.Token}");
            await channel.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Process.Port}/ws/agents/{agent.Id}"), CancellationToken.None);
            await RoundTripsAsync(server, device, channel, agent.Id, count / 4);
            var (reached, finished) = await RoundTripsAsync(server, device, channel, agent.Id, count);
            var floor = FigureReport.Median(insert) + FigureReport.Median(echo);
            report.Add("command.reach.p50", "ms", [At(reached, 0.5)], floor);
            report.Add("command.reach.p99", "ms", [At(reached, 0.99)], At(insert, 0.99) + At(echo, 0.99));
            report.Add("command.round_trip.p50", "ms", [At(finished, 0.5)], floor + FigureReport.Median(insert));
            report.Add("command.round_trip.p99", "ms", [At(finished, 0.99)], (2 * At(insert, 0.99)) + At(echo, 0.99));
        }

        await EnqueueAsync(server, agent.Id, count, insert, report);
    }

    static async Task EnqueueAsync(BenchServer server, Guid device, int count, double[] insert, FigureReport report)
    {
        var (rates, cpus) = (new List<double>(), new List<double>());
        for (var run = 0; run < 3; run++)
        {
            var before = server.Cpu();
            var watch = Stopwatch.StartNew();
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => await QueueAsync(server, device));
            rates.Add(count / watch.Elapsed.TotalSeconds);
            var after = server.Cpu();
            cpus.Add((after.Server + after.Database - before.Server - before.Database) / count);
        }

        report.Add("command.enqueue.rate", "/s", rates, 1000 / FigureReport.Median(insert), smallerIsBetter: false);
        report.Add("command.enqueue.cpu", "µs", cpus);
    }

    static async Task<(double[] Reached, double[] Finished)> RoundTripsAsync(
        BenchServer server, HttpClient device, ClientWebSocket channel, Guid id, int count)
    {
        var (reached, finished) = (new double[count], new double[count]);
        var buffer = new byte[64 << 10];
        for (var index = 0; index < count; index++)
        {
            var watch = Stopwatch.StartNew();
            var queueing = QueueAsync(server, id);
            var command = await ReceiveCommandAsync(channel, buffer);
            reached[index] = watch.Elapsed.TotalMilliseconds;
            using var answer = await device.PostAsJsonAsync(
                $"/api/v1/agents/{id}/commands/{command}/result", new { status = "completed", exit_code = 0, stdout = "done", stderr = "" });
            answer.EnsureSuccessStatusCode();
            finished[index] = watch.Elapsed.TotalMilliseconds;
            await queueing;
        }

        return ([.. reached.Order()], [.. finished.Order()]);
    }

    static async Task QueueAsync(BenchServer server, Guid device)
    {
        using var queued = await server.Admin.PostAsJsonAsync(
            $"/api/v1/devices/{device}/commands", new { type = "script", payload = new { runtime = "bash", content = "true" } });
        queued.EnsureSuccessStatusCode();
    }

    static async Task<Guid> ReceiveCommandAsync(ClientWebSocket channel, byte[] buffer)
    {
        while (true)
        {
            var received = await channel.ReceiveAsync(buffer, CancellationToken.None);
            var message = JsonElement.Parse(buffer.AsSpan(0, received.Count));
            if (message.GetProperty("type").GetString() == "command")
            {
                return message.GetProperty("command").GetProperty("id").GetGuid();
            }
        }
    }

    /// <summary>Milliseconds of one durable INSERT, sorted.</summary>
    static async Task<double[]> InsertAsync(BenchServer server, int count)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE bench_commands (id uuid PRIMARY KEY, payload jsonb NOT NULL)", connection))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var insert = new NpgsqlCommand("INSERT INTO bench_commands VALUES ($1, '{\"runtime\":\"bash\",\"content\":\"true\"}')", connection)
        {
            Parameters = { new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } },
        };
        await insert.PrepareAsync();
        var times = new double[count];
        for (var index = 0; index < count; index++)
        {
            insert.Parameters[0].Value = Guid.CreateVersion7();
            var watch = Stopwatch.StartNew();
            await insert.ExecuteNonQueryAsync();
            times[index] = watch.Elapsed.TotalMilliseconds;
        }

        return [.. times.Order()];
    }

    /// <summary>Milliseconds of one message to a bare endpoint and back, sorted.</summary>
    static async Task<double[]> EchoAsync(int count)
    {
        var port = BenchServer.FreePort();
        using var floor = Part.Start("part-http-floor", $"http://127.0.0.1:{port}");
        await floor.ReadAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{HttpFloor.EchoPath}"), CancellationToken.None);
        var message = new byte[200];
        var buffer = new byte[1024];
        var times = new double[count];
        for (var index = -count; index < count; index++)
        {
            var watch = Stopwatch.StartNew();
            await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.ReceiveAsync(buffer, CancellationToken.None);
            times[Math.Max(0, index)] = watch.Elapsed.TotalMilliseconds;
        }

        return [.. times.Order()];
    }

    static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];
}
