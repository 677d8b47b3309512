using Breeze.Core.Metrics;

namespace Breeze.Web.Pages;

/// <summary>From running totals to rates per second. A total that shrinks was reset, and the step over the reset says nothing.</summary>
public static class CounterRate
{
    public static IReadOnlyList<MetricPoint> Of(IReadOnlyList<MetricPoint> totals)
    {
        var rates = new List<MetricPoint>(totals.Count);
        for (var i = 1; i < totals.Count; i++)
        {
            var seconds = (totals[i].AtMs - totals[i - 1].AtMs) / 1000.0;
            var growth = totals[i].Value - totals[i - 1].Value;
            if (seconds > 0 && growth >= 0)
            {
                rates.Add(new(totals[i].AtMs, growth / seconds));
            }
        }
        return rates;
    }
}
