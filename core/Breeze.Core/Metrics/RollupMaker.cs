using Breeze.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Metrics;

/// <summary>
/// Makes the rows of one window, by streaming readings or finer rows on one connection and copying the result in on another, inside the
/// caller's transaction.
/// </summary>
sealed class RollupMaker(Database database, LayoutStore layouts, MetricKinds kinds)
{
    static readonly string OfAll = Readings("", "devices d");
    static readonly string OfSome = Readings(" AND device_id = ANY ($4)", "unnest($4) AS d (id)");

    // The readings of the window come in no order that is of use, so the database sorts; beside them, where each device's counters stood before.
    static string Readings(string filter, string devices) =>
        $"""
        SELECT device_id, at, layout_id, metric_values FROM (
            SELECT device_id, at, layout_id, metric_values FROM device_metrics WHERE at >= $1 AND at < $2{filter}
            UNION ALL
            SELECT d.id, p.at, p.layout_id, p.metric_values FROM {devices} CROSS JOIN LATERAL (
                SELECT m.at, m.layout_id, m.metric_values FROM device_metrics m WHERE m.device_id = d.id AND m.at < $1 AND m.at >= $3 ORDER BY m.at DESC LIMIT 1) p
        ) r ORDER BY device_id, at
        """;

    /// <summary>Makes a window that lies in one partition, for all devices. Answers how many rows it has.</summary>
    public async Task<int> MakeAsync(NpgsqlConnection target, RollupLevel level, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        await using var source = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await source.BeginTransactionAsync(cancellationToken);
        await using (var memory = new NpgsqlCommand("SET LOCAL work_mem = '64MB'", source))
        {
            await memory.ExecuteNonQueryAsync(cancellationToken);
        }
        var output = new RollupCopyBuffer();
        var builder = new RollupBuilder(level.WidthMs, fromMs, kinds, output);
        await using var command = level.Source is null ? ReadReadings(source, fromMs, toMs, null) : ReadFiner(source, level.Source, fromMs, toMs, null);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return 0;
        }
        await using var copy = await BeginCopyAsync(target, level, fromMs, cancellationToken);
        do
        {
            await AddAsync(builder, level, reader, cancellationToken);
            if (output.IsFull)
            {
                await output.SendAsync(copy, cancellationToken);
            }
        }
        while (await reader.ReadAsync(cancellationToken));
        builder.Flush();
        output.End();
        await output.SendAsync(copy, cancellationToken);
        return builder.Rows;
    }

    /// <summary>
    /// Makes a window of some devices. Reads on the same connection, since the finer rows may have been made again in the same transaction, and
    /// hence keeps the result until all is read.
    /// </summary>
    public async Task MakeOfAsync(NpgsqlConnection connection, RollupLevel level, long fromMs, long toMs, Guid[] devices, CancellationToken cancellationToken)
    {
        var output = new RollupCopyBuffer();
        var builder = new RollupBuilder(level.WidthMs, fromMs, kinds, output);
        await using (var command = level.Source is null ? ReadReadings(connection, fromMs, toMs, devices) : ReadFiner(connection, level.Source, fromMs, toMs, devices))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                await AddAsync(builder, level, reader, cancellationToken);
            }
        }
        builder.Flush();
        output.End();
        await using var copy = await BeginCopyAsync(connection, level, fromMs, cancellationToken);
        await output.SendAsync(copy, cancellationToken);
    }

    async ValueTask AddAsync(RollupBuilder builder, RollupLevel level, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (await layouts.FindAsync(reader.GetInt32(2), cancellationToken) is not { } layout)
        {
            return;
        }
        var atMs = new DateTimeOffset(reader.GetDateTime(1)).ToUnixTimeMilliseconds();
        if (level.Source is null)
        {
            builder.Add(reader.GetGuid(0), atMs, layout, reader.GetFieldValue<double[]>(3));
        }
        else
        {
            builder.Add(
                reader.GetGuid(0), atMs, layout, reader.GetFieldValue<float[]>(3), reader.GetFieldValue<float[]>(4), reader.GetFieldValue<float[]>(5),
                reader.GetFieldValue<short[]>(6));
        }
    }

    static Task<NpgsqlRawCopyStream> BeginCopyAsync(NpgsqlConnection connection, RollupLevel level, long fromMs, CancellationToken cancellationToken) =>
        connection.BeginRawBinaryCopyAsync(
            $"COPY {level.PartitionName(level.PartitionOf(fromMs))} (device_id, at, layout_id, mins, avgs, maxs, counts) FROM STDIN (FORMAT BINARY)", cancellationToken);

    public static NpgsqlParameter Time(long ms) => new() { Value = DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    static NpgsqlCommand ReadReadings(NpgsqlConnection source, long fromMs, long toMs, Guid[]? devices)
    {
        var command = new NpgsqlCommand(devices is null ? OfAll : OfSome, source)
        {
            Parameters = { Time(fromMs), Time(toMs), Time(fromMs - Rate.MaximumGapMs) },
        };
        if (devices is not null)
        {
            command.Parameters.Add(new() { Value = devices });
        }
        return command;
    }

    static NpgsqlCommand ReadFiner(NpgsqlConnection source, RollupLevel finer, long fromMs, long toMs, Guid[]? devices)
    {
        var command = new NpgsqlCommand(
            $"""
            SELECT device_id, at, layout_id, mins, avgs, maxs, counts FROM {finer.Table}
            WHERE at >= $1 AND at < $2{(devices is null ? "" : " AND device_id = ANY ($3)")} ORDER BY device_id, at
            """, source)
        {
            Parameters = { Time(fromMs), Time(toMs) },
        };
        if (devices is not null)
        {
            command.Parameters.Add(new() { Value = devices });
        }
        return command;
    }
}
