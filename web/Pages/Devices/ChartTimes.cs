using Breeze.Core.Metrics;

namespace Breeze.Web.Pages;

/// <summary>Puts several lines on one time axis, and keeps gaps gaps.</summary>
public static class ChartTimes
{
    /// <summary>All times of the lines, with an extra one in the middle of each gap, so that no line is drawn across it.</summary>
    public static IReadOnlyList<long> Of(IEnumerable<IReadOnlyList<MetricPoint>> lines, long gapMs)
    {
        var times = lines.SelectMany(points => points).Select(p => p.AtMs).Distinct().Order().ToList();
        var withGaps = new List<long>(times.Count);
        foreach (var time in times)
        {
            if (withGaps.Count > 0 && time - withGaps[^1] > gapMs)
            {
                withGaps.Add((time + withGaps[^1]) / 2);
            }
            withGaps.Add(time);
        }
        return withGaps;
    }

    /// <summary>The points' values on the axis, null where there is none.</summary>
    public static IReadOnlyList<double?> Align(IReadOnlyList<long> times, IReadOnlyList<MetricPoint> points, Func<MetricPoint, double> value)
    {
        var values = new double?[times.Count];
        var next = 0;
        for (var i = 0; i < times.Count && next < points.Count; i++)
        {
            if (points[next].AtMs == times[i])
            {
                values[i] = double.IsFinite(value(points[next])) ? value(points[next]) : null;
                next++;
            }
        }
        return values;
    }
}
