using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>Reads series of a device under the caller's scope.</summary>
public sealed class MetricQueries(Database database, LayoutStore layouts)
{
    public const int MaximumPoints = 1000;

    /// <summary>
    /// The series of the given metrics, by name without labels; all of them when none is named. Values that fall into one step are averaged,
    /// so that no series has more than <see cref="MaximumPoints"/>. Gaps stay gaps: a step without a reading has no point.
    /// </summary>
    public async Task<IReadOnlyList<MetricSeries>> ReadAsync(
        AccessScope scope, Guid deviceId, IReadOnlyCollection<string> names, DateTimeOffset from, DateTimeOffset to, TimeSpan? step,
        CancellationToken cancellationToken)
    {
        var width = Math.Max(step?.TotalMilliseconds ?? 0, (to - from).TotalMilliseconds / MaximumPoints);
        var stepMs = Math.Max(1, (long)Math.Ceiling(width));
        var series = new Dictionary<string, Accumulator>();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT at, layout_id, metric_values FROM device_metrics WHERE device_id = $1 AND at >= $2 AND at < $3 ORDER BY at", connection)
        {
            Parameters = { new() { Value = deviceId }, new() { Value = from.ToUniversalTime() }, new() { Value = to.ToUniversalTime() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await layouts.FindAsync(reader.GetInt32(1), cancellationToken) is not { } layout)
            {
                continue;
            }
            var atMs = reader.GetFieldValue<DateTimeOffset>(0).ToUnixTimeMilliseconds();
            var values = reader.GetFieldValue<double[]>(2);
            for (var i = 0; i < values.Length; i++)
            {
                if (double.IsNaN(values[i]) || (names.Count > 0 && !names.Contains(MetricName.Bare(layout.Names[i]))))
                {
                    continue;
                }
                if (!series.TryGetValue(layout.Names[i], out var accumulator))
                {
                    series[layout.Names[i]] = accumulator = new Accumulator(stepMs, stepMs > 1000 || step is not null);
                }
                accumulator.Add(atMs, values[i]);
            }
        }
        return [.. series.Select(s => new MetricSeries(MetricName.Bare(s.Key), MetricName.Labels(s.Key), s.Value.Finish())).OrderBy(s => s.Name, StringComparer.Ordinal)];
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

    sealed class Accumulator(long stepMs, bool average)
    {
        readonly List<MetricPoint> _points = [];
        long _bucket = long.MinValue;
        double _sum;
        int _count;

        public void Add(long atMs, double value)
        {
            var bucket = average ? atMs / stepMs * stepMs : atMs;
            if (bucket != _bucket)
            {
                Flush();
                _bucket = bucket;
            }
            _sum += value;
            _count++;
        }

        public List<MetricPoint> Finish()
        {
            Flush();
            return _points;
        }

        void Flush()
        {
            if (_count > 0)
            {
                _points.Add(new(_bucket, _sum / _count));
            }
            _sum = 0;
            _count = 0;
        }
    }
}
