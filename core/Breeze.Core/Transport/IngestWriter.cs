using Breeze.Core.Events;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Core.Transport;

/// <summary>
/// Commits groups of heartbeats: readings by binary COPY, and in the same transaction the return of devices that may have been away. Answers go out after it.
/// A commit costs as much as thirty heartbeats, so there are at most 25 of them a second, five at the pace of a fleet of thousands, and ten where less comes; one that
/// comes alone waits for nobody.
/// </summary>
public sealed partial class IngestWriter(
    IngestPipeline pipeline, PresenceWriter presences, Database database, DeviceEvents events, IEnumerable<IReadingObserver> observers, TimeProvider time,
    ILogger<IngestWriter> logger)
    : BackgroundService
{
    readonly IReadingObserver[] _observers = [.. observers];
    const int MaximumGroup = 5_000;

    /// <summary>How long the last commit must be past while so many heartbeats wait.</summary>
    static readonly (int From, int Below, TimeSpan Pause)[] Pauses =
    [
        (0, int.MaxValue, TimeSpan.FromMilliseconds(40)), (0, 500, TimeSpan.FromMilliseconds(100)), (10, 50, TimeSpan.FromMilliseconds(200)),
    ];

    const int AnswersAtOnce = 64;
    readonly MetricCopyBuffer _copy = new();
    readonly List<IngestItem> _group = new(MaximumGroup);
    readonly Dictionary<AgentEntry, Presence> _returning = [];
    readonly PresenceTable _presenceTable = new();
    readonly HashSet<DateOnly> _partitions = [];
    readonly HashSet<DateOnly> _days = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = long.MinValue;
        while (await pipeline.Reader.WaitToReadAsync(stoppingToken))
        {
            if (last != long.MinValue)
            {
                foreach (var (from, below, pause) in Pauses)
                {
                    if (pipeline.Reader.Count is var waiting && waiting >= from && waiting < below)
                    {
                        await PauseAsync(pause - time.GetElapsedTime(last), stoppingToken);
                    }
                }
            }
            last = time.GetTimestamp();
            _group.Clear();
            while (_group.Count < MaximumGroup && pipeline.Reader.TryRead(out var item))
            {
                _group.Add(item);
            }
            await CommitGroupAsync(stoppingToken);
        }
    }

    Task PauseAsync(TimeSpan rest, CancellationToken cancellationToken) => rest > TimeSpan.Zero ? Task.Delay(rest, time, cancellationToken) : Task.CompletedTask;

    async Task CommitGroupAsync(CancellationToken cancellationToken)
    {
        List<Guid> online;
        try
        {
            online = await WriteAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Refused, not lost: the agents keep what was not acknowledged.
            LogFailed(logger, _group.Count, e.Message);
            Answer(item => item.Fail(e));
            return;
        }
        foreach (var item in _group)
        {
            item.Agent.LastSeenMs = item.NowMs;
        }
        presences.Note(_group);
        Answer(item =>
        {
            foreach (var observer in _observers)
            {
                observer.Observe(item.Agent, item.Reading, item.MoreReadings);
            }
            item.Complete();
        });
        foreach (var deviceId in online)
        {
            events.StatusChanged(deviceId, Devices.DeviceStatus.Online);
        }
    }

    /// <summary>Lets the group's answers go out from the thread pool. Each for itself would wake a thread for the work of a few microseconds.</summary>
    void Answer(Action<IngestItem> complete)
    {
        foreach (var items in _group.Chunk(AnswersAtOnce))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work =>
                {
                    foreach (var item in work.items)
                    {
                        work.complete(item);
                    }
                },
                (items, complete), preferLocal: false);
        }
    }

    async Task<List<Guid>> WriteAsync(CancellationToken cancellationToken)
    {
        CollectDays();
        foreach (var day in _days.Where(d => !_partitions.Contains(d)))
        {
            await MetricPartitions.EnsureAsync(database, day, cancellationToken);
            _partitions.Add(day);
        }
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            foreach (var day in _days)
            {
                FillCopyBuffer(day, null);
                await CopyAsync(connection, MetricPartitions.NameOf(day), cancellationToken);
            }
            return await FinishAsync(connection, transaction, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Somebody repeats a reading that we have. That is their right, after an answer got lost; it is rare, so it may cost more.
            return await WriteAroundDuplicatesAsync(connection, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Retention dropped a partition that we remember.
            _partitions.Clear();
            throw;
        }
    }

    async Task<List<Guid>> WriteAroundDuplicatesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "CREATE TEMPORARY TABLE incoming (LIKE device_metrics) ON COMMIT DROP", cancellationToken);
        var seen = new HashSet<(Guid, long)>();
        foreach (var day in _days)
        {
            FillCopyBuffer(day, seen);
            await CopyAsync(connection, "incoming", cancellationToken);
        }
        await ExecuteAsync(connection, "INSERT INTO device_metrics SELECT * FROM incoming ON CONFLICT DO NOTHING", cancellationToken);
        return await FinishAsync(connection, transaction, cancellationToken);
    }

    async Task<List<Guid>> FinishAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var online = await WelcomeBackAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return online;
    }

    async Task CopyAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY {table} (device_id, at, layout_id, metric_values) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await stream.WriteAsync(_copy.Memory, cancellationToken);
    }

    /// <summary>The days that the group's readings fall on: today, but for late ones.</summary>
    void CollectDays()
    {
        _days.Clear();
        foreach (var item in _group)
        {
            if (item.Reading is { } reading)
            {
                _days.Add(MetricPartitions.DayOf(reading.AtMs));
            }
            foreach (var late in item.MoreReadings ?? [])
            {
                _days.Add(MetricPartitions.DayOf(late.AtMs));
            }
        }
    }

    void FillCopyBuffer(DateOnly day, HashSet<(Guid, long)>? seen)
    {
        _copy.Begin();
        foreach (var item in _group)
        {
            Add(item, item.Reading);
            foreach (var reading in item.MoreReadings ?? [])
            {
                Add(item, reading);
            }
        }
        _copy.End();

        void Add(IngestItem item, Reading? reading)
        {
            if (reading is { } r && (_days.Count == 1 || MetricPartitions.DayOf(r.AtMs) == day) && (seen is null || seen.Add((item.Agent.DeviceId, r.AtMs))))
            {
                _copy.Add(item.Agent.DeviceId, r);
            }
        }
    }

    /// <summary>Sets the status of those that may have been away, and when they were last seen with it; answers those that were.</summary>
    async Task<List<Guid>> WelcomeBackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        _returning.Clear();
        foreach (var item in _group.Where(i => i.MayHaveBeenOffline))
        {
            _returning[item.Agent] = item.Presence;
        }
        var online = new List<Guid>();
        if (_returning.Count == 0)
        {
            return online;
        }
        await _presenceTable.WriteAsync(connection, _returning.OrderBy(p => p.Key.DeviceId), cancellationToken);
        await using var update = new NpgsqlCommand(
            """
            WITH back AS (
                UPDATE devices SET status = 'online', updated_at = now() WHERE id = ANY ($1) AND status IN ('pending', 'offline') AND approval = 'approved'
                RETURNING id, partner_id, organization_id)
            INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type)
            SELECT breeze_uuid7(), partner_id, organization_id, id, 'device.online' FROM back RETURNING device_id
            """, connection)
        {
            Parameters = { new() { Value = _returning.Keys.Select(a => a.DeviceId).ToArray() } },
        };
        await using var reader = await update.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            online.Add(reader.GetGuid(0));
        }
        return online;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} heartbeats were refused, because they could not be stored: {Error}")]
    static partial void LogFailed(ILogger logger, int count, string error);
}
