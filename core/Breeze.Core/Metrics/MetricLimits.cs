namespace Breeze.Core.Metrics;

/// <summary>How much one device may report, so that labels with a value for each process, request or hour do not flood all.</summary>
public static class MetricLimits
{
    /// <summary>Series in one reading.</summary>
    public const int Metrics = 2000;

    /// <summary>Series of one metric in one reading: a host of many containers has some hundred interfaces.</summary>
    public const int SeriesOfOneMetric = 500;

    /// <summary>The positions of the names that are kept, and a metric of which there are too many series.</summary>
    public static List<int> Keep(IReadOnlyList<string> names, out string? crowded)
    {
        var kept = new List<int>(Math.Min(names.Count, Metrics));
        var counts = new Dictionary<string, int>();
        crowded = null;
        for (var i = 0; i < names.Count && kept.Count < Metrics; i++)
        {
            var bare = MetricName.Bare(names[i]);
            counts[bare] = counts.GetValueOrDefault(bare) + 1;
            if (counts[bare] <= SeriesOfOneMetric)
            {
                kept.Add(i);
            }
            else
            {
                crowded ??= bare;
            }
        }
        return kept;
    }
}
