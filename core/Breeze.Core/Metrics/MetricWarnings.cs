using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>
/// Keeps what is said about a device's readings for the people who look at it. A device that misbehaves with each heartbeat costs a write in five
/// minutes, and never delays its answer.
/// </summary>
public sealed partial class MetricWarnings(Database database, TimeProvider time, ILogger<MetricWarnings> logger)
{
    const int SweepAt = 20_000;
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    readonly Lock _gate = new();
    readonly Dictionary<(Guid Device, string Kind), (DateTimeOffset At, int Times)> _noted = [];
    Dictionary<(Guid Device, string Kind), (string Message, int Times)> _pending = [];
    bool _isWriting;

    public void Note(Guid device, string kind, string message)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var known = _noted.TryGetValue((device, kind), out var noted);
            if (known && now - noted.At < Interval)
            {
                _noted[(device, kind)] = (noted.At, noted.Times + 1);
                return;
            }
            if (_noted.Count > SweepAt)
            {
                foreach (var (old, _) in _noted.Where(n => now - n.Value.At > Interval).ToList())
                {
                    _noted.Remove(old);
                }
            }
            _noted[(device, kind)] = (now, 0);
            _pending[(device, kind)] = (message, 1 + noted.Times);
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAllAsync);
            }
        }
    }

    /// <summary>What was noted in the last week.</summary>
    public async Task<IReadOnlyList<MetricWarning>> ReadAsync(AccessScope scope, Guid deviceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT kind, message, times, first_at, last_at FROM device_metric_warnings
            WHERE device_id = $1 AND last_at > now() - interval '7 days' ORDER BY last_at DESC, kind
            """, connection) { Parameters = { new() { Value = deviceId } } };
        var warnings = new List<MetricWarning>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            warnings.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4)));
        }
        return warnings;
    }

    async Task WriteAllAsync()
    {
        while (true)
        {
            Dictionary<(Guid Device, string Kind), (string Message, int Times)> writing;
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
                (writing, _pending) = (_pending, []);
            }
            try
            {
                await WriteAsync(writing);
            }
            catch (NpgsqlException e)
            {
                LogFailed(logger, writing.Count, e.Message);
            }
        }
    }

    async Task WriteAsync(Dictionary<(Guid Device, string Kind), (string Message, int Times)> warnings)
    {
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO device_metric_warnings (device_id, kind, message, times)
            SELECT v.device, v.kind, v.message, v.times FROM unnest($1, $2, $3, $4) AS v (device, kind, message, times) JOIN devices d ON d.id = v.device
            ON CONFLICT (device_id, kind) DO UPDATE SET message = excluded.message, times = device_metric_warnings.times + excluded.times, last_at = now()
            """);
        command.Parameters.Add(new() { Value = warnings.Keys.Select(k => k.Device).ToArray() });
        command.Parameters.Add(new() { Value = warnings.Keys.Select(k => k.Kind).ToArray() });
        command.Parameters.Add(new() { Value = warnings.Values.Select(v => v.Message.Length > 500 ? v.Message[..500] : v.Message).ToArray() });
        command.Parameters.Add(new() { Value = warnings.Values.Select(v => (long)v.Times).ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    [LoggerMessage(LogLevel.Warning, "{Count} warnings about readings could not be kept: {Error}")]
    static partial void LogFailed(ILogger logger, int count, string error);
}
