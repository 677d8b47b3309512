using System.Diagnostics;
using Breeze.Bench.Report;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Breeze.Bench.Alerts;

/// <summary>
/// How many rules a core evaluates in a second: 200 rules over the readings of 10,000 devices, none of which fires, on one thread. The floor compares the same
/// numbers with the same thresholds in a loop and does nothing else.
/// </summary>
static class EvaluationRate
{
    const int Rules = 200;
    const int Metrics = 25;

    public static async Task RunAsync(BenchServer server, BenchOptions options, FigureReport report)
    {
        var devices = options.Quick ? 1_000 : 10_000;
        var rounds = options.Quick ? 3 : 10;
        await using var database = new Database(server.ConnectionString);
        await using var bus = EventBus.Alone();
        var place = await PlaceAsync(database);
        await AddRulesAsync(database, place.PartnerId);
        var expressions = new ExpressionEngine(database, TimeProvider.System);
        using var engine = new AlertEngine(database, bus, expressions, new AlertConditions(expressions), TimeProvider.System, NullLogger<AlertEngine>.Instance);
        await engine.LoadRulesAsync(CancellationToken.None);
        await engine.RefreshSetsAsync(CancellationToken.None);
        var layout = await new LayoutStore(database).GetOrAddAsync([.. Enumerable.Range(0, Metrics).Select(i => $"bench.load{{part=\"{i}\"}}")], CancellationToken.None);
        var agents = Enumerable.Range(0, devices).Select(_ => new AgentEntry(Guid.CreateVersion7(), place.PartnerId, place.OrganizationId, place.SiteId)).ToArray();
        var values = agents.Select((_, device) => Enumerable.Range(0, Metrics).Select(metric => (double)((device + metric) % 90)).ToArray()).ToArray();
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        Observe(engine, agents, layout, values, at);
        await engine.SettleAsync(CancellationToken.None);
        var floors = new List<double>();
        var rates = new List<double>();
        // The first round warms up.
        for (var run = -1; run < options.Runs; run++)
        {
            var floor = Timed(() => Compare(values, rounds));
            var taken = Timed(() =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    at += 60_000;
                    Observe(engine, agents, layout, values, at);
                }
            });
            if (run >= 0)
            {
                floors.Add((double)devices * Rules * rounds / floor);
                rates.Add((double)devices * Rules * rounds / taken);
            }
        }
        report.Add("alerts.evaluations", "/s", rates, FigureReport.Median(floors), smallerIsBetter: false);
        await RemoveRulesAsync(database);
    }

    static void Observe(AlertEngine engine, AgentEntry[] agents, MetricLayoutEntry layout, double[][] values, long at)
    {
        for (var i = 0; i < agents.Length; i++)
        {
            engine.Observe(agents[i], new Reading(at, layout, values[i]), null);
        }
    }

    static int Compare(double[][] values, int rounds)
    {
        var fired = 0;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var reading in values)
            {
                for (var rule = 0; rule < Rules; rule++)
                {
                    fired += reading[rule % Metrics] > Threshold(rule) ? 1 : 0;
                }
            }
        }
        return fired;
    }

    static double Timed(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    static int Threshold(int rule) => 100 + rule;

    static async Task<AgentPlaceRow> PlaceAsync(Database database)
    {
        await using var command = database.System.CreateCommand("SELECT partner_id, organization_id, id FROM sites LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new(reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2));
    }

    static async Task AddRulesAsync(Database database, Guid partner)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH metric AS (INSERT INTO metric_definitions (name, unit, kind, plugin_id, labels) VALUES ('bench.load', '1', 'gauge', 'bench', '{part}') ON CONFLICT DO NOTHING),
            others AS (UPDATE alert_rules SET enabled = false)
            INSERT INTO alert_rules (id, partner_id, name, severity, condition) SELECT gen_random_uuid(), $1, 'Bench ' || n, 'error', c FROM unnest($2::text[]) WITH ORDINALITY AS r(c, n)
            """);
        command.Parameters.Add(new() { Value = partner });
        command.Parameters.Add(new() { Value = Enumerable.Range(0, Rules).Select(rule => $"metric(\"bench.load\", part = \"{rule % Metrics}\") > {Threshold(rule)} for 5m").ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    static async Task RemoveRulesAsync(Database database)
    {
        await using var command = database.System.CreateCommand("DELETE FROM alert_rules WHERE name LIKE 'Bench %'");
        await command.ExecuteNonQueryAsync();
    }

    sealed record AgentPlaceRow(Guid PartnerId, Guid OrganizationId, Guid SiteId);
}
