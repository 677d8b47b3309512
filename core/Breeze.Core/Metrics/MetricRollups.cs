using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Metrics;

/// <summary>
/// Rolls readings up, on one node at a time and in windows that each are one transaction with the mark of how far it is. Whatever ends it in
/// the middle, the next run goes on at the mark. Readings that come after their bucket was made are told by <see cref="LateReadings"/>, and what
/// they touch is made again.
/// </summary>
public sealed partial class MetricRollups(Database database, LayoutStore layouts, TimeProvider time, ILogger<MetricRollups> logger) : BackgroundService
{
    /// <summary>How long a bucket waits for readings on their way, so that a fleet that comes back after a restart is not late.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(6);

    const int LateAtOnce = 2_000;
    const string Lock = "SELECT pg_try_advisory_xact_lock(hashtext('breeze_metric_rollups'))";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // First those who kept readings while the server was away.
        await Task.Delay(TimeSpan.FromMinutes(2), time, stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Makes all that is due. Answers false when another node is at it.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var kinds = await MetricDefinitions.LoadAsync(database, cancellationToken);
        foreach (var level in RollupLevel.All)
        {
            Step step;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                step = await StepAsync(level, kinds, cancellationToken);
            }
            while (step == Step.Made);
            if (step == Step.Refused)
            {
                return false;
            }
        }
        while (await RemakeAsync(kinds, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        return true;
    }

    async Task<Step> StepAsync(RollupLevel level, MetricKinds kinds, CancellationToken cancellationToken)
    {
        var limit = level.Floor((time.GetUtcNow() - Grace).ToUnixTimeMilliseconds());
        if (level.Source is null)
        {
            // Said before anything is read, and committed: what is stored from now on knows that it is late.
            await ClaimAsync(limit, cancellationToken);
        }
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await TryLockAsync(connection, cancellationToken))
        {
            return Step.Refused;
        }
        var done = await RollupProgress.LockAsync(connection, cancellationToken);
        if (level.Source is { } source)
        {
            if (!done.TryGetValue(source.Name, out var made))
            {
                return Step.Done;
            }
            limit = level.Floor(made);
        }
        if (!done.TryGetValue(level.Name, out var from))
        {
            from = await FirstAsync(connection, level, cancellationToken) ?? limit;
        }
        var to = Math.Min(Math.Min(limit, from - from % level.WindowMs + level.WindowMs), level.PartitionEnd(from));
        if (to <= from)
        {
            return Step.Done;
        }
        await EnsurePartitionAsync(connection, level, from, cancellationToken);
        var started = time.GetTimestamp();
        var rows = await new RollupMaker(database, layouts, kinds).MakeAsync(connection, level, from, to, cancellationToken);
        await RollupProgress.SetAsync(connection, level, to, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogMade(logger, level.Name, DateTimeOffset.FromUnixTimeMilliseconds(to), rows, (long)time.GetElapsedTime(started).TotalMilliseconds);
        return Step.Made;
    }

    /// <summary>Makes again what late readings touched; false when there was nothing.</summary>
    async Task<bool> RemakeAsync(MetricKinds kinds, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await TryLockAsync(connection, cancellationToken))
        {
            return false;
        }
        var done = await RollupProgress.LockAsync(connection, cancellationToken);
        var late = await TakeLateAsync(connection, cancellationToken);
        if (late.Count == 0)
        {
            return false;
        }
        var maker = new RollupMaker(database, layouts, kinds);
        foreach (var level in RollupLevel.All)
        {
            var width = Math.Max(level.WidthMs, RollupLevel.Hour.WidthMs);
            foreach (var bucket in late.GroupBy(l => l.HourMs - l.HourMs % width))
            {
                var to = Math.Min(bucket.Key + width, done.GetValueOrDefault(level.Name));
                await RemakeAsync(connection, maker, level, bucket.Key, to, [.. bucket.Select(l => l.Device).Distinct()], cancellationToken);
            }
        }
        await transaction.CommitAsync(cancellationToken);
        LogRemade(logger, late.Count);
        return late.Count == LateAtOnce;
    }

    async Task RemakeAsync(NpgsqlConnection connection, RollupMaker maker, RollupLevel level, long fromMs, long toMs, Guid[] devices, CancellationToken cancellationToken)
    {
        if (toMs <= fromMs)
        {
            return;
        }
        await EnsurePartitionAsync(connection, level, fromMs, cancellationToken);
        await using (var delete = new NpgsqlCommand($"DELETE FROM {level.Table} WHERE device_id = ANY ($1) AND at >= $2 AND at < $3", connection)
        {
            Parameters = { new() { Value = devices }, RollupMaker.Time(fromMs), RollupMaker.Time(toMs) },
        })
        {
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        await maker.MakeOfAsync(connection, level, fromMs, toMs, devices, cancellationToken);
    }

    /// <summary>
    /// Takes marks out, but for those of which a partner no longer keeps all readings: from what is left nothing true could be made.
    /// </summary>
    static async Task<List<(long HourMs, Guid Device)>> TakeLateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH taken AS (
                DELETE FROM metric_rollup_late WHERE (hour, device_id) IN (SELECT hour, device_id FROM metric_rollup_late ORDER BY hour, device_id LIMIT $1)
                RETURNING hour, device_id)
            SELECT t.hour, t.device_id FROM taken t JOIN devices d ON d.id = t.device_id JOIN partners p ON p.id = d.partner_id
            WHERE t.hour >= date_trunc('day', now(), 'UTC') - make_interval(days => p.metric_retention_days)
            """, connection) { Parameters = { new() { Value = LateAtOnce } } };
        var late = new List<(long, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            late.Add((new DateTimeOffset(reader.GetDateTime(0)).ToUnixTimeMilliseconds(), reader.GetGuid(1)));
        }
        return late;
    }

    async Task ClaimAsync(long untilMs, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            "UPDATE metric_rollup_progress SET claimed_until = $1 WHERE resolution = '5m' AND (claimed_until IS NULL OR claimed_until < $1)");
        command.Parameters.Add(RollupMaker.Time(untilMs));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Where the data of the finer resolution begins.</summary>
    static async Task<long?> FirstAsync(NpgsqlConnection connection, RollupLevel level, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT breeze_first_partition($1)", connection) { Parameters = { new() { Value = level.Source?.Table ?? "device_metrics" } } };
        return await command.ExecuteScalarAsync(cancellationToken) switch
        {
            DateOnly day => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            DateTime day => new DateTimeOffset(DateTime.SpecifyKind(day, DateTimeKind.Utc)).ToUnixTimeMilliseconds(),
            _ => null,
        };
    }

    static async Task EnsurePartitionAsync(NpgsqlConnection connection, RollupLevel level, long ms, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT breeze_ensure_rollup_partition($1, $2)", connection)
        {
            Parameters = { new() { Value = level.Name }, new() { Value = MetricPartitions.DayOf(ms), NpgsqlDbType = NpgsqlDbType.Date } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    enum Step
    {
        Made,
        Done,
        Refused,
    }

    [LoggerMessage(LogLevel.Debug, "The {Level} rollup is made until {Until}: {Rows} rows in {Milliseconds} ms")]
    static partial void LogMade(ILogger logger, string level, DateTimeOffset until, int rows, long milliseconds);

    [LoggerMessage(LogLevel.Debug, "{Count} hours of devices were rolled up again after late readings")]
    static partial void LogRemade(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The readings could not be rolled up and will be in a minute: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
