using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>One row of a rollup while it is being made.</summary>
sealed class RollupRow(MetricLayoutEntry layout)
{
    readonly double[] _sums = new double[layout.Names.Length];

    public MetricLayoutEntry Layout { get; } = layout;

    public double[] Mins { get; } = new double[layout.Names.Length];

    public double[] Maxs { get; } = new double[layout.Names.Length];

    public int[] Counts { get; } = new int[layout.Names.Length];

    public bool IsEmpty => Array.TrueForAll(Counts, c => c == 0);

    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(Counts);
    }

    /// <summary>Adds a value, or what a finer row says of several. Values come in the order of time.</summary>
    public void Add(int index, MetricKind kind, double min, double average, double max, int count)
    {
        if (Counts[index] == 0)
        {
            Mins[index] = min;
            Maxs[index] = max;
        }
        else
        {
            Mins[index] = Math.Min(Mins[index], min);
            Maxs[index] = Math.Max(Maxs[index], max);
        }
        _sums[index] = kind == MetricKind.State ? average : _sums[index] + average * count;
        Counts[index] += count;
    }

    public double Average(int index, MetricKind kind) => kind == MetricKind.State ? _sums[index] : _sums[index] / Counts[index];
}
