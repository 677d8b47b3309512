using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Sdk;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>Reads series of a device under the caller's scope, from the coarsest data that answers the question.</summary>
public sealed class MetricQueries(Database database, LayoutStore layouts, TimeProvider time)
{
    // A heartbeat holds no more; only a device whose labels change comes here.
    const int MaximumSeries = 2000;

    const string Readings =
        """
        (SELECT at, layout_id, metric_values FROM device_metrics WHERE device_id = $1 AND at < $2 AND at >= $4 ORDER BY at DESC LIMIT 1)
        UNION ALL SELECT at, layout_id, metric_values FROM device_metrics WHERE device_id = $1 AND at >= $2 AND at < $3 ORDER BY at
        """;

    /// <summary>
    /// The series of the given metrics, by name with or without labels; all of them when none is named. What falls into one step becomes one
    /// point, and no series has more than <see cref="MetricResolution.MaximumPoints"/>. Gaps stay gaps: a step without a reading has no point.
    /// What is not rolled up yet comes from finer data.
    /// </summary>
    public async Task<MetricAnswer> ReadAsync(
        AccessScope scope, Guid deviceId, IReadOnlyCollection<string> names, DateTimeOffset from, DateTimeOffset to, TimeSpan? step,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        var (kinds, done, kept) = await ContextAsync(connection, deviceId, cancellationToken);
        var (fromMs, toMs) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
        var resolution = MetricResolution.Choose(fromMs, toMs, (long?)step?.TotalMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds(), kept);
        var reading = new SeriesReader(names.Count == 0 ? null : names.ToHashSet(), kinds, resolution.StepMs, MaximumSeries);

        var cursor = resolution.Level?.Floor(fromMs) ?? fromMs;
        for (var level = resolution.Level; level is not null; level = level.Source)
        {
            var until = Math.Min(toMs, done.GetValueOrDefault(level.Name));
            if (until > cursor)
            {
                await ReadRollupAsync(connection, level, deviceId, cursor, until, reading, cancellationToken);
                cursor = until;
            }
        }
        if (cursor < toMs)
        {
            await ReadReadingsAsync(connection, deviceId, cursor, toMs, reading, cancellationToken);
        }
        return new(reading.Finish(resolution.Level is not null), resolution.StepMs, resolution.Name, reading.GapMs(resolution));
    }

    /// <summary>The last reading of a device, by full name; empty when there is none of the last day.</summary>
    public async Task<LatestReading?> LatestAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT at, layout_id, metric_values FROM device_metrics WHERE device_id = $1 AND at > now() - interval '1 day' ORDER BY at DESC LIMIT 1", connection)
        {
            Parameters = { new() { Value = deviceId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || await layouts.FindAsync(reader.GetInt32(1), cancellationToken) is not { } layout)
        {
            return null;
        }
        var values = reader.GetFieldValue<double[]>(2);
        var named = new Dictionary<string, double>();
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                named[layout.Names[i]] = values[i];
            }
        }
        return new(reader.GetFieldValue<DateTimeOffset>(0), named);
    }

    async Task ReadRollupAsync(NpgsqlConnection connection, RollupLevel level, Guid deviceId, long fromMs, long toMs, SeriesReader reading, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT at, layout_id, mins, avgs, maxs, counts FROM {level.Table} WHERE device_id = $1 AND at >= $2 AND at < $3 ORDER BY at", connection)
        {
            Parameters = { new() { Value = deviceId }, RollupMaker.Time(fromMs), RollupMaker.Time(toMs) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await layouts.FindAsync(reader.GetInt32(1), cancellationToken) is { } layout)
            {
                reading.AddRollup(
                    Milliseconds(reader), layout, reader.GetFieldValue<float[]>(2), reader.GetFieldValue<float[]>(3), reader.GetFieldValue<float[]>(4),
                    reader.GetFieldValue<short[]>(5));
            }
        }
    }

    async Task ReadReadingsAsync(NpgsqlConnection connection, Guid deviceId, long fromMs, long toMs, SeriesReader reading, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Readings, connection)
        {
            Parameters = { new() { Value = deviceId }, RollupMaker.Time(fromMs), RollupMaker.Time(toMs), RollupMaker.Time(Math.Max(0, fromMs - Rate.MaximumGapMs)) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await layouts.FindAsync(reader.GetInt32(1), cancellationToken) is { } layout)
            {
                var atMs = Milliseconds(reader);
                reading.AddReading(atMs, layout, reader.GetFieldValue<double[]>(2), atMs < fromMs);
            }
        }
    }

    /// <summary>What is needed to read at all, in one round trip.</summary>
    static async Task<(MetricKinds Kinds, Dictionary<string, long> Done, MetricRetentionDays Kept)> ContextAsync(
        NpgsqlConnection connection, Guid deviceId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(MetricDefinitions.Sql),
                new(RollupProgress.Sql),
                new(
                    """
                    SELECT p.metric_retention_days, p.five_minute_retention_days, p.hourly_retention_days, p.daily_retention_days
                    FROM devices d JOIN partners p ON p.id = d.partner_id WHERE d.id = $1
                    """) { Parameters = { new() { Value = deviceId } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var kinds = await MetricDefinitions.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var done = await RollupProgress.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var kept = await reader.ReadAsync(cancellationToken)
            ? new MetricRetentionDays(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3))
            : MetricRetentionDays.Default;
        return (kinds, done, kept);
    }

    static long Milliseconds(NpgsqlDataReader reader) => new DateTimeOffset(reader.GetDateTime(0)).ToUnixTimeMilliseconds();
}
