using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>A layout that values are stored under, and where they are among those that were sent; null when they are the same.</summary>
sealed record AdmittedLayout(MetricLayoutEntry Layout, int[]? Positions, int Length)
{
    public double[] Project(double[] sent) => Positions is null ? sent : Array.ConvertAll(Positions, p => p < 0 ? double.NaN : sent[p]);
}
