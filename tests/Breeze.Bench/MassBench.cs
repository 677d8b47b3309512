using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Bench.Report;
using Npgsql;

namespace Breeze.Bench;

/// <summary>
/// One command to all agents that are connected: asked for over the API as a bulk action, queued, claimed, sent down every wake channel and confirmed.
/// The floor is the bare work of the database: the same rows into a table of the same shape, and claiming them, both in batches of the same size.
/// </summary>
static class MassBench
{
    const int Batch = 500;

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        var count = options.Quick ? 2_000 : 10_000;
        await using var server = await BenchServer.StartAsync();
        var agents = await server.EnrolAsync(count);
        var devices = Path.Combine(server.Process.DataDirectory, "mass-devices.txt");
        await File.WriteAllLinesAsync(devices, agents.Select(a => $"{a.Id} {a.Token}"));
        var (insert, claim) = await FloorAsync(server, agents.Select(a => a.Id).ToArray());
        using var part = Part.Start("part-mass", server.Process.Port.ToString(CultureInfo.InvariantCulture), devices);
        await part.ReadAsync();

        await RoundAsync(server, part, count, 0);
        var rounds = new List<Round>();
        for (var run = 1; run <= options.Runs; run++)
        {
            rounds.Add(await RoundAsync(server, part, count, run));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} agents; floor: {insert:0} ms to insert, {claim:0} ms to claim"));
        report.Add("mass.enqueue", "ms", [.. rounds.Select(r => r.Enqueued)], insert);
        report.Add("mass.delivery.p50 (since queued)", "ms", [.. rounds.Select(r => At(r.Delivered, 0.5))]);
        report.Add("mass.delivery.p99 (since queued)", "ms", [.. rounds.Select(r => At(r.Delivered, 0.99))], claim);
        report.Add("mass.reach.p50 (since asked for)", "ms", [.. rounds.Select(r => At(r.Reached, 0.5))], (insert + claim) / 2);
        report.Add("mass.reach.p99 (since asked for)", "ms", [.. rounds.Select(r => At(r.Reached, 0.99))], insert + claim);
        report.Add("mass.cpu", "µs", [.. rounds.Select(r => r.Cpu)]);
    }

    /// <summary>Milliseconds; those of the agents sorted.</summary>
    sealed record Round(double Enqueued, double[] Delivered, double[] Reached, double Cpu);

    static async Task<Round> RoundAsync(BenchServer server, Part part, int count, int number)
    {
        var file = Path.Combine(server.Process.DataDirectory, $"mass-{number}.txt");
        await part.SayAsync(file);
        var before = server.Cpu();
        var asked = DateTime.UtcNow;
        using var answer = await server.Admin.PostAsJsonAsync("/api/v1/bulk-actions", new { kind = "script.run", parameters = new { runtime = "bash", content = "true" }, filter = new { } });
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var reached = (await part.ReadAsync()).GetProperty("reached").GetInt32();
        if (reached < count)
        {
            throw new InvalidOperationException($"Only {reached} of {count} agents were reached.");
        }
        while ((await server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/bulk-actions/{id}")).GetProperty("state").GetString() != "completed")
        {
            await Task.Delay(50);
        }
        await using var connection = await server.OpenAsync();
        await ConfirmedAsync(connection, count);
        var after = server.Cpu();
        var queued = new Dictionary<Guid, DateTime>(count);
        await using (var select = new NpgsqlCommand("SELECT i.command_id, c.queued_at, a.finished_at FROM bulk_actions a JOIN bulk_action_items i ON i.action_id = a.id JOIN device_commands c ON c.id = i.command_id WHERE a.id = $1", connection)
        {
            Parameters = { new() { Value = id } },
        })
        await using (var reader = await select.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                queued[reader.GetGuid(0)] = reader.GetDateTime(1);
                queued[Guid.Empty] = reader.GetDateTime(2);
            }
        }
        var lines = (await File.ReadAllLinesAsync(file)).Select(l => (Command: Guid.Parse(l[..36]), At: new DateTime(long.Parse(l[37..], CultureInfo.InvariantCulture), DateTimeKind.Utc))).ToArray();
        await using (var clean = new NpgsqlCommand("DELETE FROM device_commands", connection))
        {
            await clean.ExecuteNonQueryAsync();
        }
        return new Round(
            (queued[Guid.Empty] - asked).TotalMilliseconds, [.. lines.Select(l => (l.At - queued[l.Command]).TotalMilliseconds).Order()],
            [.. lines.Select(l => (l.At - asked).TotalMilliseconds).Order()], (after.Server + after.Database - before.Server - before.Database) / count);
    }

    /// <summary>The confirmations belong to the work.</summary>
    static async Task ConfirmedAsync(NpgsqlConnection connection, int count)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM device_commands WHERE status = 'running'", connection);
        while ((long)(await command.ExecuteScalarAsync())! < count)
        {
            await Task.Delay(50);
        }
    }

    static async Task<(double Insert, double Claim)> FloorAsync(BenchServer server, Guid[] devices)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, "CREATE TABLE bench_mass (LIKE device_commands INCLUDING ALL)");
        var (inserts, claims) = (new List<double>(), new List<double>());
        for (var run = 0; run < 4; run++)
        {
            var watch = Stopwatch.StartNew();
            foreach (var batch in devices.Chunk(Batch))
            {
                await ExecuteAsync(connection,
                    """
                    INSERT INTO bench_mass (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at)
                    SELECT v.id, v.device_id, v.device_id, v.device_id, 'script', '{"runtime":"bash","content":"true"}', 300, now() + interval '1 day', now() FROM unnest($1, $2) AS v (id, device_id)
                    """, batch.Select(_ => Guid.CreateVersion7()).ToArray(), batch);
            }
            inserts.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            foreach (var batch in devices.Chunk(Batch))
            {
                await ExecuteAsync(connection,
                    """
                    UPDATE bench_mass c SET status = 'sent', attempts = attempts + 1, lease_until = now() + interval '90 s', sent_at = now() WHERE c.id IN (
                        SELECT f.id FROM unnest($1) AS w (device_id) CROSS JOIN LATERAL (
                            SELECT q.id FROM bench_mass q WHERE q.device_id = w.device_id AND q.status IN ('queued', 'sent', 'running') ORDER BY q.id LIMIT 20 FOR UPDATE SKIP LOCKED) AS f)
                    """, batch);
            }
            claims.Add(watch.Elapsed.TotalMilliseconds);
            await ExecuteAsync(connection, "TRUNCATE bench_mass");
        }
        // The first run warms up.
        return (FigureReport.Median(inserts[1..]), FigureReport.Median(claims[1..]));
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params Guid[][] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }
        await command.ExecuteNonQueryAsync();
    }

    static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];
}
