using System.Globalization;
using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>
/// Random histories, told to real engines over a real database with restarts, repetitions, late and shuffled readings, gaps and a second node, end in the same alerts
/// as the reference model's. A failure names the seed that repeats it: BREEZE_SEED tells the same history again, and BREEZE_HISTORIES tells so many.
/// </summary>
public sealed class PropertyTests(PostgresFixture postgres)
{
    const int Histories = 12;
    const int Steps = 60;
    static readonly string[] Mounts = ["/", "/home"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_history_gives_the_alerts_of_the_reference_model()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await EachAsync(Histories, seed => RunAsync(bed, seed));
    }

    [Fact]
    public async Task Any_history_gives_the_alerts_of_the_reference_model_over_stored_readings_as_well()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var noon = bed.Time.Now;
        await EachAsync(Histories / 6, seed =>
        {
            bed.Time.Now = noon;
            return RunStoredAsync(bed, seed);
        });
    }

    static async Task EachAsync(int histories, Func<int, Task> run)
    {
        int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
        var chosen = Number("BREEZE_SEED");
        var first = chosen ?? Random.Shared.Next(1_000_000);
        var count = Number("BREEZE_HISTORIES") ?? (chosen is null ? histories : 1);
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                await run(seed);
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                // Whatever it was, it is asked for again by its seed.
                throw new InvalidOperationException($"The history of seed {seed} failed: {e.Message}", e);
            }
        }
    }

    static async Task RunStoredAsync(AlertBed bed, int seed)
    {
        var random = new Random(seed);
        var (seconds, hasRecovery, reopenMinutes) = (random.Next(3) * 60L, random.Next(2) == 0, random.Next(3) * 3);
        await bed.ExecuteAsync("DELETE FROM alert_rules");
        await bed.ExecuteAsync("DELETE FROM devices");
        await bed.AddRuleAsync("avg(test.load, 5m) > 0.8" + (seconds > 0 ? $" for {seconds}s" : ""), hasRecovery ? "max(test.load, 2m) < 0.5" : "", reopenMinutes: reopenMinutes);
        var agent = await bed.AddDeviceAsync($"host-{seed}");
        var (noon, now, model) = (bed.Time.Now, 0L, new ReferenceAlerts(seconds, hasRecovery, reopenMinutes * 60));
        List<(DateTimeOffset At, double Value)> stored = [];
        List<string> history = [];
        var node = await bed.StartAsync();
        for (var step = 0; step < Steps * 2 / 3; step++)
        {
            now += random.Next(1, 12) * 10;
            bed.Time.Now = noon;
            for (var count = random.Next(4); count > 0; count--)
            {
                // Some of them late, and each moment once.
                var second = now - random.Next(1, random.Next(5) == 0 ? 300 : 60);
                if (!stored.Exists(r => r.At == noon.AddSeconds(second)))
                {
                    var value = random.Next(3) == 0 ? 0.3 : 0.95;
                    stored.Add((noon.AddSeconds(second), value));
                    history.Add($"{second}={value}");
                    await bed.ObserveAsync(node, agent, await bed.ReadingAsync(second, ("test.load", value)));
                }
            }
            bed.Time.Now = noon.AddSeconds(now);
            if (random.Next(8) == 0)
            {
                node = await bed.StartAsync();
                history.Add("a node starts anew");
                await bed.TickAsync(node);
            }
            await node.RefreshWindowsAsync(Token);
            await bed.TickAsync(node);
            history.Add($"tick at {now}");
            var window = new ReferenceWindow([.. stored.OrderBy(r => r.At)], bed.Time.Now);
            model.Take(new(now, window.Average(TimeSpan.FromMinutes(5)) > 0.8, window.Greatest(TimeSpan.FromMinutes(2)) < 0.5));
        }
        bed.Time.Now = noon;
        var about = $"seed {seed}, for {seconds} s, recovery {hasRecovery}, reopened within {reopenMinutes} min:\n{string.Join("\n", history)}";
        (await LinesAsync(bed, null)).ShouldBe(model.Lines, about);
        (await bed.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE status = 'pending'")).ShouldBe(model.IsPending ? 1 : 0, about);
    }

    static async Task RunAsync(AlertBed bed, int seed)
    {
        var random = new Random(seed);
        var (seconds, hasRecovery, reopenMinutes) = (random.Next(3) * 60L, random.Next(2) == 0, random.Next(3) * 3);
        await bed.ExecuteAsync("DELETE FROM alert_rules");
        await bed.ExecuteAsync("DELETE FROM devices");
        var condition = "metric(\"system.filesystem.utilization\") > 90%" + (seconds > 0 ? $" for {seconds}s" : "");
        await bed.AddRuleAsync(condition, hasRecovery ? "metric(\"system.filesystem.utilization\") < 50%" : "", reopenMinutes: reopenMinutes);
        var agent = await bed.AddDeviceAsync($"host-{seed}");
        AlertEngine[] nodes = [await bed.StartAsync(), await bed.StartAsync()];
        var models = Mounts.ToDictionary(m => m, _ => new ReferenceAlerts(seconds, hasRecovery, reopenMinutes * 60));
        List<(long Second, double[] Values)> told = [];
        List<string> history = [];
        var now = 0L;
        for (var step = 0; step < Steps; step++)
        {
            List<(long Second, double[] Values)> heartbeat = [];
            for (var count = random.Next(10) == 0 ? random.Next(2, 5) : 1; count > 0; count--)
            {
                var what = random.Next(20);
                if (what < 3 && told.Count > 0)
                {
                    // Again what was told before.
                    heartbeat.Add(told[random.Next(told.Count)]);
                }
                else if (what == 3)
                {
                    // Late, and new: a moment between others.
                    heartbeat.Add((now - (random.Next(1, 20) * 10) - 5, Values(random)));
                }
                else
                {
                    now += random.Next(1, 10) * 10;
                    heartbeat.Add((now, Values(random)));
                }
            }
            heartbeat = [.. heartbeat.DistinctBy(h => h.Second)];
            // What has been told at a moment stays; the same moment is not told differently.
            heartbeat = [.. heartbeat.Select(h => told.Exists(t => t.Second == h.Second) ? told.Find(t => t.Second == h.Second) : h)];
            told.AddRange(heartbeat);
            foreach (var (second, values) in heartbeat.OrderBy(h => h.Second))
            {
                for (var i = 0; i < Mounts.Length; i++)
                {
                    models[Mounts[i]].Take(double.IsNaN(values[i]) ? new(second, null, null) : new(second, values[i] > 0.9, values[i] < 0.5));
                }
            }
            var node = random.Next(nodes.Length);
            if (random.Next(8) == 0)
            {
                nodes[node] = await bed.StartAsync();
                history.Add($"node {node} starts anew");
            }
            history.Add($"node {node}: {string.Join(" ", heartbeat.Select(h => $"{h.Second}=({string.Join(" ", h.Values.Select(v => v.ToString(CultureInfo.InvariantCulture)))})"))}");
            Reading[] readings = new Reading[heartbeat.Count];
            for (var i = 0; i < readings.Length; i++)
            {
                readings[i] = await bed.ReadingAsync(heartbeat[i].Second, [.. Mounts.Zip(heartbeat[i].Values, (mount, value) => ($"system.filesystem.utilization{{mountpoint=\"{mount}\"}}", value))]);
            }
            await bed.ObserveAsync(nodes[node], agent, [.. readings.OrderBy(r => random.Next(2) == 0 ? r.AtMs : long.MaxValue)]);
        }
        foreach (var mount in Mounts)
        {
            var about = $"seed {seed}, {mount}, for {seconds} s, recovery {hasRecovery}, reopened within {reopenMinutes} min:\n{string.Join("\n", history)}";
            (await LinesAsync(bed, mount)).ShouldBe(models[mount].Lines, about);
            (await bed.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE status = 'pending' AND label = $1", $"mountpoint=\"{mount}\"")).ShouldBe(models[mount].IsPending ? 1 : 0, about);
        }
    }

    /// <summary>Gaps in what was measured, and series that move between high, between and low.</summary>
    static double[] Values(Random random) => [.. Mounts.Select(_ => random.Next(12) switch { 0 => double.NaN, < 8 => 0.95, < 10 => 0.7, _ => 0.2 })];

    static async Task<List<string>> LinesAsync(AlertBed bed, string? mount)
    {
        await using var command = bed.Database.System.CreateCommand(
            """
            SELECT concat_ws(' ', a.status, extract(epoch FROM a.fired_at - $1)::bigint, coalesce(extract(epoch FROM a.resolved_at - $1)::bigint::text, '-'), a.reopened,
                (SELECT string_agg(e.kind, ',' ORDER BY e.at, e.id) FROM alert_events e WHERE e.alert_id = a.id))
            FROM alerts a WHERE a.label = $2 AND a.status <> 'pending' ORDER BY a.fired_at
            """);
        command.Parameters.Add(new() { Value = bed.Time.Now.UtcDateTime });
        command.Parameters.Add(new() { Value = mount is null ? "" : $"mountpoint=\"{mount}\"" });
        await using var reader = await command.ExecuteReaderAsync(Token);
        var lines = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            lines.Add(reader.GetString(0));
        }
        return lines;
    }
}
