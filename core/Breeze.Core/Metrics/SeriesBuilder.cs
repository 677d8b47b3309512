using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>Gathers the values of one series into steps; they come in the order of time, first from coarse data and then from finer.</summary>
sealed class SeriesBuilder(string fullName, MetricKind kind, long stepMs)
{
    readonly List<MetricPoint> _points = [];
    long _bucket = long.MinValue;
    long _totalAtMs = long.MinValue;
    double _total;
    double _sum;
    double _min;
    double _max;
    long _count;

    public string FullName { get; } = fullName;

    public MetricPoint Last { get; private set; }

    /// <summary>A reading. One from before the range tells where a counter stood.</summary>
    public void Add(long atMs, double value, bool isBefore)
    {
        if (!double.IsFinite(value))
        {
            return;
        }
        if (kind == MetricKind.Counter)
        {
            var isRate = Rate.TryGet(_totalAtMs, _total, atMs, value, out var rate, out var seconds) && _totalAtMs != long.MinValue;
            (_totalAtMs, _total) = (atMs, value);
            if (isRate && !isBefore)
            {
                Add(atMs, rate, rate, rate, seconds);
            }
        }
        else if (!isBefore)
        {
            Add(atMs, value, value, value, 1);
        }
    }

    /// <summary>What a rollup says of one of its buckets.</summary>
    public void Add(long atMs, double min, double average, double max, int count)
    {
        // A step of a second is the readings as they are.
        var bucket = stepMs > 1000 ? atMs - atMs % stepMs : atMs;
        if (bucket != _bucket)
        {
            Flush();
            (_bucket, _min, _max) = (bucket, min, max);
        }
        _sum = kind == MetricKind.State ? average : _sum + average * count;
        _count += count;
        _min = Math.Min(_min, min);
        _max = Math.Max(_max, max);
        Last = new(atMs, average, min, max);
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
            _points.Add(new(_bucket, kind == MetricKind.State ? _sum : _sum / _count, _min, _max));
        }
        _sum = 0;
        _count = 0;
    }
}
