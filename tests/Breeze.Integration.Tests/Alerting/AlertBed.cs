using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Integration.Tests.Metrics;
using Breeze.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A database with a partner and engines that are driven by hand.</summary>
sealed class AlertBed : IAsyncDisposable
{
    readonly EventBus _bus;
    readonly LayoutStore _layouts;
    readonly List<AlertEngine> _engines = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    AlertBed(Database database, EventBus bus)
    {
        (Database, _bus, _layouts) = (database, bus, new(database));
        Expressions = new(database, Time);
    }

    public Database Database { get; }

    public FixedTime Time { get; } = new(new DateTimeOffset(DateTime.UtcNow.Date.AddHours(12), TimeSpan.Zero));

    public ExpressionEngine Expressions { get; }

    public Guid Partner { get; } = Guid.CreateVersion7();

    public Guid Organization { get; } = Guid.CreateVersion7();

    public Guid Site { get; } = Guid.CreateVersion7();

    public static async Task<AlertBed> MakeAsync(PostgresFixture postgres)
    {
        var bed = new AlertBed(new Database(await postgres.CreateDatabaseAsync()), EventBus.Alone());
        await bed.ExecuteAsync("INSERT INTO partners (id, name, slug) VALUES ($1, 'Partner', $1::text)", bed.Partner);
        await bed.ExecuteAsync("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, 'Customer')", bed.Organization, bed.Partner);
        await bed.ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $3, 'Main')", bed.Site, bed.Partner, bed.Organization);
        await bed.ExecuteAsync("INSERT INTO metric_definitions (name, unit, kind, plugin_id, labels) VALUES ('system.filesystem.utilization', '1', 'gauge', 'test', '{mountpoint}'), ('test.load', '1', 'gauge', 'test', '{}')");
        for (var day = -1; day < 2; day++)
        {
            await MetricPartitions.EnsureAsync(bed.Database, DateOnly.FromDateTime(bed.Time.Now.UtcDateTime.AddDays(day)), Token);
        }
        return bed;
    }

    /// <summary>A node that has read the rules.</summary>
    /// <param name="bus">Null for the one that it shares with the others.</param>
    public async Task<AlertEngine> StartAsync(EventBus? bus = null)
    {
        var engine = new AlertEngine(Database, bus ?? _bus, Expressions, new AlertConditions(Expressions), Time, NullLogger<AlertEngine>.Instance);
        _engines.Add(engine);
        await engine.LoadRulesAsync(Token);
        return engine;
    }

    public async Task TickAsync(AlertEngine engine)
    {
        await engine.LoadRulesAsync(Token);
        await engine.RefreshSetsAsync(Token);
        await new AlertTicks(Database, engine, Time).RunAsync(Token);
        engine.ApplyClaims();
    }

    public async Task<AgentEntry> AddDeviceAsync(string hostname, string family = "linux")
    {
        var device = Guid.CreateVersion7();
        await ExecuteAsync(
            "INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, status) VALUES ($1, $2, $3, $4, $5, $1::text, $6, 'online')",
            device, Partner, Organization, Site, hostname, family);
        return new(device, Partner, Organization, Site);
    }

    public async Task<Guid> AddRuleAsync(string condition, string recovery = "", string target = "", string per = "series", int reopenMinutes = 15, string title = "", string name = "")
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            """
            INSERT INTO alert_rules (id, partner_id, name, severity, condition, recovery, target, per, reopen_minutes, title)
            VALUES ($1, $2, $3, 'error', $4, $5, $6, $7, $8, $9)
            """, id, Partner, name.Length > 0 ? name : $"Rule {id}", condition, recovery, target, per, reopenMinutes, title);
        return id;
    }

    public async Task<Reading> ReadingAsync(double second, params (string Name, double Value)[] values) =>
        new(Time.Now.AddSeconds(second).ToUnixTimeMilliseconds(), await _layouts.GetOrAddAsync([.. values.Select(v => v.Name)], Token), [.. values.Select(v => v.Value)]);

    /// <summary>As the ingest does it: stored, then seen; then until nothing is left to do.</summary>
    public async Task ObserveAsync(AlertEngine engine, AgentEntry agent, params Reading[] readings)
    {
        // In one transaction, as what comes in one heartbeat.
        await using (var connection = await Database.System.OpenConnectionAsync(Token))
        {
            await using var transaction = await connection.BeginTransactionAsync(Token);
            foreach (var reading in readings)
            {
                await using var insert = new NpgsqlCommand("INSERT INTO device_metrics (device_id, at, layout_id, metric_values) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection)
                {
                    Parameters =
                    {
                        new() { Value = agent.DeviceId }, new() { Value = DateTimeOffset.FromUnixTimeMilliseconds(reading.AtMs).UtcDateTime }, new() { Value = reading.Layout.Id }, new() { Value = reading.Values },
                    },
                };
                await insert.ExecuteNonQueryAsync(Token);
            }
            await transaction.CommitAsync(Token);
        }
        engine.ApplyClaims();
        engine.Observe(agent, readings[^1], readings.Length > 1 ? [.. readings[..^1].OrderBy(r => r.AtMs)] : null);
        await engine.SettleAsync(Token);
    }

    /// <summary>The alerts as lines, in the order in which they began.</summary>
    public async Task<List<string>> AlertsAsync()
    {
        await using var command = Database.System.CreateCommand(
            """
            SELECT concat_ws(' ', r.name, d.hostname, a.label, a.status, a.resolution, a.reopened, extract(epoch FROM a.fired_at - $1)::int, extract(epoch FROM a.resolved_at - $1)::int,
                (SELECT string_agg(e.kind, ',' ORDER BY e.id) FROM alert_events e WHERE e.alert_id = a.id))
            FROM alerts a JOIN alert_rules r ON r.id = a.rule_id JOIN devices d ON d.id = a.device_id ORDER BY r.name, d.hostname, a.label, a.started_at, a.id
            """);
        command.Parameters.Add(new() { Value = Time.Now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(Token);
        var lines = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            lines.Add(reader.GetString(0));
        }
        return lines;
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        await command.ExecuteNonQueryAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        _engines.ForEach(e => e.Dispose());
        await _bus.DisposeAsync();
        await Database.DisposeAsync();
    }
}
