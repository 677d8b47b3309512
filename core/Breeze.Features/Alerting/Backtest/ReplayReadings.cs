using Breeze.Core.Metrics;
using Breeze.Sdk;
using Npgsql;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>The stored readings of devices in the order of time: as they were where they are kept, before that 5-minute means.</summary>
sealed class ReplayReadings
{
    readonly NpgsqlConnection _connection;
    readonly LayoutStore _layouts;
    readonly MetricKinds _kinds;

    ReplayReadings(NpgsqlConnection connection, LayoutStore layouts, MetricKinds kinds, DateTimeOffset rawSince)
    {
        (_connection, _layouts, _kinds, RawSince) = (connection, layouts, kinds, rawSince);
    }

    /// <summary>Since when readings are kept as they were.</summary>
    public DateTimeOffset RawSince { get; }

    public static async Task<ReplayReadings> OpenAsync(NpgsqlConnection connection, LayoutStore layouts, Guid partner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(MetricDefinitions.Sql), new("SELECT metric_retention_days FROM partners WHERE id = $1") { Parameters = { new() { Value = partner } } } },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var kinds = await MetricDefinitions.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var kept = await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : MetricRetentionDays.Default.Raw;
        return new(connection, layouts, kinds, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-kept));
    }

    public async Task ReadAsync(Guid device, DateTimeOffset from, DateTimeOffset to, Action<Reading> take, CancellationToken cancellationToken)
    {
        if (from < RawSince)
        {
            await using var means = Command("SELECT at, layout_id, avgs, counts FROM metric_rollups_5m WHERE device_id = $1 AND at > $2 AND at < $3 ORDER BY at", device, from, RawSince);
            await using var coarse = await means.ExecuteReaderAsync(cancellationToken);
            while (await coarse.ReadAsync(cancellationToken))
            {
                if (await _layouts.FindAsync(coarse.GetInt32(1), cancellationToken) is { } layout)
                {
                    take(new(Milliseconds(coarse), layout, Means(layout, coarse.GetFieldValue<float[]>(2), coarse.GetFieldValue<short[]>(3))));
                }
            }
        }
        await using var command = Command("SELECT at, layout_id, metric_values FROM device_metrics WHERE device_id = $1 AND at > $2 AND at <= $3 ORDER BY at", device, from < RawSince ? RawSince : from, to);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await _layouts.FindAsync(reader.GetInt32(1), cancellationToken) is { } layout && reader.GetFieldValue<double[]>(2) is var values && values.Length == layout.Names.Length)
            {
                take(new(Milliseconds(reader), layout, values));
            }
        }
    }

    /// <summary>Of a counter there are rates, which are no totals.</summary>
    double[] Means(MetricLayoutEntry layout, float[] averages, short[] counts)
    {
        var kinds = _kinds.Of(layout);
        var values = new double[layout.Names.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i < counts.Length && counts[i] > 0 && kinds[i] != MetricKind.Counter ? averages[i] : double.NaN;
        }
        return values;
    }

    NpgsqlCommand Command(string sql, Guid device, DateTimeOffset from, DateTimeOffset to) =>
        new(sql, _connection) { Parameters = { new() { Value = device }, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime } } };

    static long Milliseconds(NpgsqlDataReader reader) => new DateTimeOffset(reader.GetDateTime(0)).ToUnixTimeMilliseconds();
}
