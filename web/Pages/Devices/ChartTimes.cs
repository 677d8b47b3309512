using Breeze.Core.Metrics;

namespace Breeze.Web.Pages;

/// <summary>Puts several lines on one time axis, and keeps gaps gaps.</summary>
public static class ChartTimes
{
    const double GapFactor = 3;

    /// <summary>All times of the lines, with an extra one in the middle of each gap, so that no line is drawn across it.</summary>
    public static IReadOnlyList<long> Of(IEnumerable<IReadOnlyList<MetricPoint>> lines)
    {
        var times = lines.SelectMany(points => points).Select(p => p.AtMs).Distinct().Order().ToList();
        if (times.Count < 3)
        {
            return times;
        }
        var steps = times.Zip(times.Skip(1), (a, b) => b - a).Order().ToList();
        // Never narrower than two heartbeats of a minute: one that comes late is no gap.
        var widest = Math.Max(GapFactor * steps[steps.Count / 2], 150_000);
        var withGaps = new List<long>(times.Count) { times[0] };
        for (var i = 1; i < times.Count; i++)
        {
            if (times[i] - times[i - 1] > widest)
            {
                withGaps.Add((times[i] + times[i - 1]) / 2);
            }
            withGaps.Add(times[i]);
        }
        return withGaps;
    }

    public static IReadOnlyList<double?> Align(IReadOnlyList<long> times, IReadOnlyList<MetricPoint> points)
    {
        var values = new double?[times.Count];
        var next = 0;
        for (var i = 0; i < times.Count && next < points.Count; i++)
        {
            if (points[next].AtMs == times[i])
            {
                values[i] = double.IsFinite(points[next].Value) ? points[next].Value : null;
                next++;
            }
        }
        return values;
    }
}
