using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Metrics;

/// <summary>A database with a partner, a device and three metrics of the three kinds, on a day that is over.</summary>
sealed class MetricBed : IAsyncDisposable
{
    public const string Gauge = "test.gauge";
    public const string Counter = "test.counter{disk=\"sda\"}";
    public const string State = "test.state";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    MetricBed(Database database)
    {
        Database = database;
        Layouts = new(database);
        Time = new(Day.AddDays(1).AddHours(2));
        Rollups = NewNode();
        Late = new(database, Time);
        Queries = new(database, Layouts, Time);
    }

    /// <summary>Midnight, the day before yesterday.</summary>
    public DateTimeOffset Day { get; } = new(DateTime.UtcNow.Date.AddDays(-2), TimeSpan.Zero);

    public Database Database { get; }

    public LayoutStore Layouts { get; }

    public FixedTime Time { get; }

    public MetricRollups Rollups { get; }

    public LateReadings Late { get; }

    public MetricQueries Queries { get; }

    public Guid Partner { get; } = Guid.CreateVersion7();

    public Guid Device { get; private set; }

    public MetricLayoutEntry Layout { get; private set; } = null!;

    public static async Task<MetricBed> MakeAsync(PostgresFixture postgres)
    {
        var bed = new MetricBed(new Database(await postgres.CreateDatabaseAsync()));
        await bed.ExecuteAsync(
            """
            INSERT INTO partners (id, name, slug) VALUES ($1, 'Partner', 'partner');
            """, bed.Partner);
        await bed.ExecuteAsync(
            """
            INSERT INTO metric_definitions (name, unit, kind, plugin_id) VALUES ('test.gauge', '1', 'gauge', 'test'), ('test.counter', 'By', 'counter', 'test'), ('test.state', '1', 'state', 'test')
            """);
        bed.Device = await bed.AddDeviceAsync(bed.Partner);
        bed.Layout = await bed.Layouts.GetOrAddAsync([Gauge, Counter, State], Token);
        await MetricPartitions.EnsureAsync(bed.Database, DateOnly.FromDateTime(bed.Day.UtcDateTime), Token);
        return bed;
    }

    public async Task<Guid> AddDeviceAsync(Guid partner)
    {
        var (organization, site, device) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await ExecuteAsync("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, $1::text)", organization, partner);
        await ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $3, 'Site')", site, partner, organization);
        await ExecuteAsync(
            "INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family) VALUES ($1, $2, $3, $4, 'host', $1::text, 'linux')",
            device, partner, organization, site);
        return device;
    }

    public MetricRollups NewNode(ILogger<MetricRollups>? logger = null) => new(Database, Layouts, Time, logger ?? NullLogger<MetricRollups>.Instance);

    /// <summary>A reading of the device, so many minutes after midnight.</summary>
    public Task ReadAsync(double minute, double gauge, double counter = double.NaN, double state = double.NaN, Guid? device = null, MetricLayoutEntry? layout = null) => ExecuteAsync(
        "INSERT INTO device_metrics (device_id, at, layout_id, metric_values) VALUES ($1, $2, $3, $4)",
        device ?? Device, Day.AddMinutes(minute), (layout ?? Layout).Id, (double[])[gauge, counter, state]);

    /// <summary>A reading a minute: the gauge counts the minutes and the counter grows by 60 in each.</summary>
    public async Task ReadMinutesAsync(int from, int count, Guid? device = null)
    {
        var minutes = Enumerable.Range(from, count).ToArray();
        await ExecuteAsync(
            """
            INSERT INTO device_metrics (device_id, at, layout_id, metric_values)
            SELECT $1, $2 + make_interval(mins => m), $3, ARRAY[m, m * 60, m % 2]::double precision[] FROM unnest($4) AS m
            """, device ?? Device, Day, Layout.Id, minutes);
    }

    public async Task<List<RollupView>> RowsAsync(RollupLevel level)
    {
        await using var command = Database.System.CreateCommand($"SELECT at, mins, avgs, maxs, counts, device_id FROM {level.Table} ORDER BY device_id, at, layout_id");
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<RollupView>();
        while (await reader.ReadAsync(Token))
        {
            rows.Add(new(
                (int)(reader.GetFieldValue<DateTimeOffset>(0) - Day).TotalMinutes, reader.GetFieldValue<float[]>(1), reader.GetFieldValue<float[]>(2),
                reader.GetFieldValue<float[]>(3), reader.GetFieldValue<short[]>(4), reader.GetGuid(5)));
        }
        return rows;
    }

    public Task<MetricAnswer> QueryAsync(double fromMinute, double toMinute, TimeSpan? step = null, params string[] names) =>
        Queries.ReadAsync(AccessScope.System, Device, names, Day.AddMinutes(fromMinute), Day.AddMinutes(toMinute), step, Token);

    public async Task<long> CountAsync(string from, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand($"SELECT count(*) FROM {from}");
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        await command.ExecuteNonQueryAsync(Token);
    }

    public async ValueTask DisposeAsync() => await Database.DisposeAsync();
}

/// <summary>A row of a rollup; the minute is that of its beginning. Values in the order gauge, counter, state.</summary>
sealed record RollupView(int Minute, float[] Mins, float[] Averages, float[] Maxs, short[] Counts, Guid Device);
