using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>Sorts the values of rows into their series, by the rows' layouts.</summary>
sealed class SeriesReader(HashSet<string>? names, MetricKinds kinds, long stepMs, int maximum)
{
    // A heartbeat of a minute that comes late is no gap.
    const long LeastGapMs = 150_000;

    readonly Dictionary<string, SeriesBuilder> _series = [];
    readonly Dictionary<int, SeriesBuilder?[]> _byLayout = [];
    readonly List<long> _times = [];

    public void AddReading(long atMs, MetricLayoutEntry layout, double[] values, bool isBefore)
    {
        var series = Of(layout);
        for (var i = 0; i < Math.Min(values.Length, series.Length); i++)
        {
            series[i]?.Add(atMs, values[i], isBefore);
        }
        if (!isBefore)
        {
            Note(atMs);
        }
    }

    public void AddRollup(long atMs, MetricLayoutEntry layout, float[] mins, float[] averages, float[] maxs, short[] counts)
    {
        var series = Of(layout);
        for (var i = 0; i < Math.Min(counts.Length, series.Length); i++)
        {
            if (counts[i] > 0)
            {
                series[i]?.Add(atMs, mins[i], averages[i], maxs[i], counts[i]);
            }
        }
        Note(atMs);
    }

    public List<MetricSeries> Finish(bool isRolledUp)
    {
        var answer = new List<MetricSeries>(_series.Count);
        foreach (var series in _series.Values)
        {
            var points = series.Finish();
            if (points.Count == 0)
            {
                continue;
            }
            if (isRolledUp)
            {
                for (var i = 0; i < points.Count; i++)
                {
                    points[i] = new(points[i].AtMs, Plain(points[i].Value), Plain(points[i].Min), Plain(points[i].Max));
                }
            }
            var name = MetricName.Bare(series.FullName);
            var definition = kinds.Find(name);
            var unit = definition?.Unit ?? "";
            answer.Add(new(name, MetricName.Labels(series.FullName), kinds.Of(name), kinds.Of(name) == MetricKind.Counter ? unit + "/s" : unit, points)
            {
                Definition = definition, Last = series.Last,
            });
        }
        return answer;
    }

    /// <summary>
    /// Beyond which distance two points have a gap between them: wider than steps are, and than the device reports.
    /// </summary>
    public long GapMs(MetricResolution resolution)
    {
        var distances = _times.Zip(_times.Skip(1), (a, b) => b - a).Order().ToList();
        var usual = distances.Count == 0 ? 0 : distances[distances.Count / 2];
        var gap = Math.Max(resolution.StepMs * 3 / 2, usual > resolution.StepMs ? usual * 5 / 2 : 0);
        return resolution.Level is null ? Math.Max(gap, LeastGapMs) : gap;
    }

    void Note(long atMs)
    {
        var bucket = stepMs > 1000 ? atMs - atMs % stepMs : atMs;
        if (_times.Count == 0 || _times[^1] != bucket)
        {
            _times.Add(bucket);
        }
    }

    SeriesBuilder?[] Of(MetricLayoutEntry layout)
    {
        if (!_byLayout.TryGetValue(layout.Id, out var found))
        {
            _byLayout[layout.Id] = found = Array.ConvertAll(layout.Names, Find);
        }
        return found;
    }

    SeriesBuilder? Find(string fullName)
    {
        if (names is not null && !names.Contains(fullName) && !names.Contains(MetricName.Bare(fullName)))
        {
            return null;
        }
        if (!_series.TryGetValue(fullName, out var found))
        {
            if (_series.Count >= maximum)
            {
                return null;
            }
            _series[fullName] = found = new(fullName, kinds.Of(MetricName.Bare(fullName)), stepMs);
        }
        return found;
    }

    /// <summary>Rollups hold seven digits; more of them would be noise.</summary>
    static double Plain(double value) => Math.Abs(value) is > 1e-20 and < 1e28 ? (double)(decimal)(float)value : value;
}
