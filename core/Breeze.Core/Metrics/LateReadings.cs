using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>
/// Notes which hours of a device must be rolled up again, when readings came after that. Called after the readings are committed and before
/// they are acknowledged: if the server ends in between, the agent sends them again and they are noted then.
/// </summary>
public sealed class LateReadings(Database database, TimeProvider time)
{
    // Narrower than the grace, so that clocks of several nodes may differ.
    static readonly long LateAfterMs = (long)(MetricRollups.Grace - TimeSpan.FromMinutes(1)).TotalMilliseconds;

    readonly Lock _gate = new();
    HashSet<(long HourMs, Guid Device)> _pending = [];
    TaskCompletionSource? _next;
    bool _isWriting;

    public ValueTask NoteAsync(Guid device, List<Reading> readings)
    {
        var limit = time.GetUtcNow().ToUnixTimeMilliseconds() - LateAfterMs;
        HashSet<long>? hours = null;
        foreach (var reading in readings)
        {
            if (reading.AtMs < limit)
            {
                // The next reading counts from this one, if it is not too far away.
                for (var hour = RollupLevel.Hour.Floor(reading.AtMs); hour <= Math.Min(reading.AtMs + Rate.MaximumGapMs, limit); hour += RollupLevel.Hour.WidthMs)
                {
                    (hours ??= []).Add(hour);
                }
            }
        }
        return hours is null ? ValueTask.CompletedTask : new(AddAsync(device, hours));
    }

    Task AddAsync(Guid device, HashSet<long> hours)
    {
        lock (_gate)
        {
            foreach (var hour in hours)
            {
                _pending.Add((hour, device));
            }
            _next ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            var written = _next.Task;
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAllAsync);
            }
            return written;
        }
    }

    /// <summary>While one statement runs, the marks of many heartbeats gather for the next.</summary>
    async Task WriteAllAsync()
    {
        while (true)
        {
            HashSet<(long HourMs, Guid Device)> marks;
            TaskCompletionSource written;
            lock (_gate)
            {
                if (_next is null)
                {
                    _isWriting = false;
                    return;
                }
                (marks, written) = (_pending, _next);
                (_pending, _next) = ([], null);
            }
            try
            {
                await WriteAsync(marks);
                written.SetResult();
            }
            catch (Exception e)
            {
                written.SetException(e);
            }
        }
    }

    async Task WriteAsync(HashSet<(long HourMs, Guid Device)> marks)
    {
        // What nobody has begun to make yet will be read when it is made.
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO metric_rollup_late (hour, device_id)
            SELECT v.hour, v.device FROM unnest($1, $2) AS v (hour, device)
            WHERE v.hour < (SELECT claimed_until FROM metric_rollup_progress WHERE resolution = '5m')
            ORDER BY v.hour, v.device ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new() { Value = marks.Select(m => DateTimeOffset.FromUnixTimeMilliseconds(m.HourMs).UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = marks.Select(m => m.Device).ToArray() });
        await command.ExecuteNonQueryAsync();
    }
}
