using System.Diagnostics;
using Breeze.Bench.Report;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Embedded;
using Breeze.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Bench;

/// <summary>
/// What rolling up an hour of a fleet costs: a reading a minute of 25 metrics, six of them counters. The floor is reading the same rows in
/// the order that it needs, and nothing more.
/// </summary>
static class RollupBench
{
    const int Metrics = 25;
    const int Counters = 6;

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        var devices = options.Quick ? 2_000 : 20_000;
        var directory = Directory.CreateTempSubdirectory("breeze-rollups-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(
            new(RepositoryPaths.PostgresBinaries, Path.Combine(directory.FullName, "postgres")) { Database = "breeze" }, CancellationToken.None))
        await using (var database = new Database(postgres.ConnectionString))
        {
            await new Migrator(database).MigrateAsync(CancellationToken.None);
            await MeasureAsync(postgres, database, devices, report);
        }

        directory.Delete(recursive: true);
    }

    static async Task MeasureAsync(EmbeddedPostgres postgres, Database database, int devices, FigureReport report)
    {
        var day = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(-2), TimeSpan.Zero);
        await FillAsync(database, day, devices);
        var raw = await SizeAsync(database, "device_metrics");

        // The first pass over new rows marks them as visible, which is nobody's floor.
        await ReadAsync(postgres, database, day);
        var floor = await ReadAsync(postgres, database, day) / devices;
        var clock = new Clock { Now = day };
        var log = new CpuLog(postgres.ProcessId);
        var rollups = new MetricRollups(database, new LayoutStore(database), clock, log);
        var watch = Stopwatch.StartNew();
        for (var minute = 5; minute <= 60; minute += 5)
        {
            clock.Now = day.AddMinutes(minute) + MetricRollups.Grace;
            await rollups.RunAsync(CancellationToken.None);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        report.Add("rollup.5m.cpu_per_device_hour", "µs", [log.Of("5m") / devices], floor);
        report.Add("rollup.1h.cpu_per_device_hour", "µs", [log.Of("1h") / devices]);
        report.Add("rollup.wall", "s", [seconds]);
        report.Add("rollup.raw_per_device_hour", "B", [(double)raw / devices]);
        report.Add("rollup.5m_per_device_hour", "B", [(double)await SizeAsync(database, "metric_rollups_5m") / devices]);
        report.Add("rollup.1h_per_device_hour", "B", [(double)await SizeAsync(database, "metric_rollups_1h") / devices]);
    }

    static async Task FillAsync(Database database, DateTimeOffset day, int devices)
    {
        await MetricPartitions.EnsureAsync(database, DateOnly.FromDateTime(day.UtcDateTime), CancellationToken.None);
        var names = Enumerable.Range(0, Metrics).Select(i => i < Counters ? $"bench.counter{i}" : $"bench.gauge{i}").ToArray();
        var layout = await new LayoutStore(database).GetOrAddAsync(names, CancellationToken.None);
        await ExecuteAsync(
            database,
            """
            WITH p AS (INSERT INTO partners (id, name, slug) VALUES (gen_random_uuid(), 'Bench', 'bench') RETURNING id),
            o AS (INSERT INTO organizations (id, partner_id, name) SELECT gen_random_uuid(), id, 'Bench' FROM p RETURNING id, partner_id),
            s AS (INSERT INTO sites (id, partner_id, organization_id, name) SELECT gen_random_uuid(), partner_id, id, 'Bench' FROM o RETURNING id, partner_id, organization_id)
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family)
            SELECT gen_random_uuid(), s.partner_id, s.organization_id, s.id, 'host-' || n, n::text, 'linux' FROM s, generate_series(1, $1) AS n
            """, devices);
        await ExecuteAsync(
            database,
            "INSERT INTO metric_definitions (name, unit, kind, plugin_id) SELECT n, '1', CASE WHEN n LIKE '%counter%' THEN 'counter' ELSE 'gauge' END, 'bench' FROM unnest($1) AS n",
            (object)names);
        var values = string.Join(", ", names.Select((_, i) => i < Counters ? $"$3 * 60 * {i + 1}" : "random()"));
        for (var minute = 0; minute < 60; minute++)
        {
            await ExecuteAsync(
                database,
                $"INSERT INTO device_metrics (device_id, at, layout_id, metric_values) SELECT id, $1 + random() * interval '30 seconds', $2, ARRAY[{values}]::double precision[] FROM devices",
                day.AddMinutes(minute), layout.Id, minute);
        }
    }

    /// <summary>CPU of both sides for reading all rows by device and time.</summary>
    static async Task<double> ReadAsync(EmbeddedPostgres postgres, Database database, DateTimeOffset day)
    {
        var before = Cpu(postgres.ProcessId);
        await using var connection = await database.System.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var memory = new NpgsqlCommand("SET LOCAL work_mem = '64MB'", connection))
        {
            await memory.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand("SELECT device_id, at, layout_id, metric_values FROM device_metrics WHERE at >= $1 ORDER BY device_id, at", connection)
        {
            Parameters = { new() { Value = day } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            reader.GetFieldValue<double[]>(3);
        }

        return Cpu(postgres.ProcessId) - before;
    }

    static async Task<long> SizeAsync(Database database, string table)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits WHERE inhparent = $1::regclass", connection)
        {
            Parameters = { new() { Value = table } },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(Database database, string sql, params object[] parameters)
    {
        await using var command = database.System.CreateCommand(sql);
        command.CommandTimeout = 600;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync();
    }

    static double Cpu(int postgres) => ProcessCpu.OwnMicrosecondsOf(Environment.ProcessId) + ProcessCpu.MicrosecondsOf(postgres);

    /// <summary>What each window took, from one line of the log to the next.</summary>
    sealed class CpuLog(int postgres) : ILogger<MetricRollups>
    {
        readonly Dictionary<string, double> _used = [];
        double _last = Cpu(postgres);

        public double Of(string level) => _used.GetValueOrDefault(level);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var now = Cpu(postgres);
            if (state is IEnumerable<KeyValuePair<string, object?>> values && values.FirstOrDefault(v => v.Key == "Level").Value is string level)
            {
                _used[level] = _used.GetValueOrDefault(level) + now - _last;
            }

            _last = now;
        }
    }

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
