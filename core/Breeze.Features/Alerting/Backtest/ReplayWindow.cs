using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>Fills a window as its device's readings go by, so that it says at each of them what the database would have said then.</summary>
sealed class ReplayWindow(Window window)
{
    readonly Dictionary<int, (int Place, string Label)[]> _places = [];
    readonly Dictionary<string, ReplaySeries> _series = [];
    readonly string[] _labels = [.. window.Field.Labels.Select(FieldSources.Label)];
    readonly bool _isPlain = window.Field.Of.Name is ReadingFields.Cpu or ReadingFields.Memory;
    readonly bool _isShare = window.Field.Of.Type is FieldType.Percent or FieldType.Ratio;

    /// <summary>How much of the past it wants before the first moment that counts.</summary>
    public TimeSpan Past => window.Field.Kind switch
    {
        WindowKind.Forecast => WindowSql.ForecastPast,
        WindowKind.Baseline => TimeSpan.Zero,
        _ => window.Field.Span + WindowSql.LongestGap,
    };

    /// <summary>From now on of another device.</summary>
    public void Clear() => _series.Clear();

    public void Add(Guid device, in Reading reading)
    {
        if (window.Field.Kind == WindowKind.Baseline)
        {
            return;
        }
        if (!_places.TryGetValue(reading.Layout.Id, out var places))
        {
            _places[reading.Layout.Id] = places = [.. reading.Layout.Names.Index().Where(n => FieldSources.Is(n.Item, window.Field.Metric, _labels))
                .Select(n => (n.Index, LabelOf(n.Item))).Where(p => !_isPlain || p.Item2.Length == 0)];
        }
        foreach (var (place, label) in places)
        {
            var value = reading.Values[place];
            if (double.IsFinite(value) && (!_isShare || value is >= 0 and <= 1))
            {
                if (!_series.TryGetValue(label, out var series))
                {
                    _series[label] = series = new(window.Field, window.Field.Of is NumberField { IsCounter: true });
                }
                series.Add(reading.AtMs, value);
            }
        }
        List<WindowValue> values = [];
        foreach (var (label, series) in _series)
        {
            if (series.At(reading.AtMs) is var value && double.IsFinite(value))
            {
                values.Add(new(label, value));
            }
        }
        window.Put(device, values.Count == 0 ? [] : WindowLoader.Shown(window.Field, values));
    }

    static string LabelOf(string name) => name.IndexOf('{', StringComparison.Ordinal) is var brace and >= 0 ? name[(brace + 1)..^1] : "";
}
