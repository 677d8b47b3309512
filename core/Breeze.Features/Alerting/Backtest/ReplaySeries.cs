using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>One series of a window while its readings go by, in the order of time.</summary>
sealed class ReplaySeries(WindowField field, bool isCounter)
{
    readonly long _spanMs = (long)(field.Kind == WindowKind.Forecast ? WindowSql.ForecastPast : field.Span).TotalMilliseconds;
    readonly LinkedList<(long AtMs, double Value, double Weight)> _values = [];
    readonly bool _isRising = field.Asked == WindowKind.Least;
    double _sum;
    double _weight;
    long _totalAtMs = long.MinValue;
    double _total;
    (long AtMs, double Sum, double Weight) _bucket;
    long _forecastAtMs;
    long _origin;
    double _slope;
    double _intercept;

    public void Add(long atMs, double value)
    {
        if (isCounter)
        {
            var (beforeMs, before) = (_totalAtMs, _total);
            (_totalAtMs, _total) = (atMs, value);
            if (beforeMs == long.MinValue || !Rate.TryGet(beforeMs, before, atMs, value, out var rate, out var seconds))
            {
                return;
            }
            Take(atMs, rate, seconds);
            return;
        }
        Take(atMs, value, 1);
    }

    /// <summary>What it says at a moment; not a number when it says nothing.</summary>
    public double At(long nowMs)
    {
        while (_values.First is { } oldest && oldest.Value.AtMs <= nowMs - _spanMs)
        {
            _sum -= oldest.Value.Value * oldest.Value.Weight;
            _weight -= oldest.Value.Weight;
            _values.RemoveFirst();
        }
        if (_values.First is not { } first)
        {
            (_sum, _weight) = (0, 0);
            return double.NaN;
        }
        return field.Asked switch
        {
            // At the ends the least and the greatest stand first.
            WindowKind.Least or WindowKind.Greatest => first.Value.Value,
            WindowKind.Forecast => Forecast(nowMs),
            _ => _sum / _weight,
        };
    }

    void Take(long atMs, double value, double weight)
    {
        if (field.Kind != WindowKind.Forecast)
        {
            Push(atMs, value, weight);
            return;
        }
        // A line goes through the means of five minutes, each once it is over.
        var bucket = RollupLevel.FiveMinutes.Floor(atMs);
        if (bucket != _bucket.AtMs && _bucket.Weight > 0)
        {
            Push(_bucket.AtMs, _bucket.Sum / _bucket.Weight, 1);
        }
        _bucket = bucket == _bucket.AtMs ? (bucket, _bucket.Sum + (value * weight), _bucket.Weight + weight) : (bucket, value * weight, weight);
    }

    void Push(long atMs, double value, double weight)
    {
        // What can never again be the extreme goes.
        while (field.Asked is WindowKind.Least or WindowKind.Greatest && _values.Last is { } last && (_isRising ? last.Value.Value >= value : last.Value.Value <= value))
        {
            _values.RemoveLast();
        }
        _values.AddLast((atMs, value, weight));
        _sum += value * weight;
        _weight += weight;
    }

    double Forecast(long nowMs)
    {
        var (first, last) = (_values.First!.Value.AtMs, _values.Last!.Value.AtMs);
        if (last - first < WindowSql.ForecastLeast.TotalMilliseconds || nowMs - last > WindowSql.Fresh.TotalMilliseconds)
        {
            return double.NaN;
        }
        if (_forecastAtMs != last)
        {
            var (n, sumX, sumY, sumXx, sumXy) = (0, 0d, 0d, 0d, 0d);
            foreach (var (atMs, y, _) in _values)
            {
                var x = (atMs - first) / 1000.0;
                (n, sumX, sumY, sumXx, sumXy) = (n + 1, sumX + x, sumY + y, sumXx + (x * x), sumXy + (x * y));
            }
            _slope = (sumXy - (sumX * sumY / n)) / (sumXx - (sumX * sumX / n));
            (_forecastAtMs, _origin, _intercept) = (last, first, (sumY - (_slope * sumX)) / n);
        }
        return _intercept + (_slope * (((nowMs - _origin) / 1000.0) + field.Span.TotalSeconds - (RollupLevel.FiveMinutes.WidthMs / 2000.0)));
    }
}
