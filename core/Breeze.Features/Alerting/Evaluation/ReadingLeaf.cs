using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A comparison with a value of a reading. Where the value stands, the layout says.</summary>
sealed class ReadingLeaf(TestNode test, int index)
{
    readonly bool _isPercent = test.Field.Name is ReadingFields.Cpu or ReadingFields.Memory or ReadingFields.DiskUsed or ReadingFields.DiskFree;
    readonly bool _isDisk = test.Field.Name is ReadingFields.DiskUsed or ReadingFields.DiskFree;
    readonly bool _isFree = test.Field.Name is ReadingFields.DiskFree;
    readonly NumberTest _test = new(test);
    readonly string[] _labels = [.. test.Arguments.Labels.Select(FieldSources.Label)];

    /// <summary>Which of the rule's leaves.</summary>
    public int Index { get; } = index;

    public ExpressionField Field => test.Field;

    public Comparison Comparison => _test.Comparison;

    /// <summary>Whether each series of its metric is looked at for itself.</summary>
    public bool HasSeries => test.Field.Form == FieldForm.Labelled;

    public int[] PlacesIn(MetricLayoutEntry layout) => test.Field.Name switch
    {
        ReadingFields.Cpu => Existing(layout.KeyFigures.Cpu),
        ReadingFields.Memory => Existing(layout.KeyFigures.Memory),
        ReadingFields.DiskUsed or ReadingFields.DiskFree => layout.KeyFigures.Disks,
        var name => [.. layout.Names.Index().Where(n => FieldSources.Is(n.Item, name, _labels)).Select(n => n.Index)],
    };

    /// <summary>Whether a value is there at all.</summary>
    public bool IsMeasured(ReadOnlySpan<double> values, int[] places)
    {
        foreach (var place in places)
        {
            if (!double.IsNaN(Value(values[place])))
            {
                return true;
            }
        }
        return false;
    }

    public bool Holds(ReadOnlySpan<double> values, int[] places)
    {
        if (_isDisk)
        {
            return Meets(Fullest(values, places));
        }
        foreach (var place in places)
        {
            if (Meets(Value(values[place])))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The value to show: the first that meets the comparison, or else the first there is.</summary>
    public double Shown(ReadOnlySpan<double> values, int[] places)
    {
        if (_isDisk)
        {
            return Fullest(values, places);
        }
        var shown = double.NaN;
        foreach (var place in places)
        {
            var value = Value(values[place]);
            if (Meets(value))
            {
                return value;
            }
            shown = double.IsNaN(shown) ? value : shown;
        }
        return shown;
    }

    /// <summary>Agents are hostile: a share that is none was not measured.</summary>
    double Value(double raw) => !_isPercent ? raw : raw is >= 0 and <= 1 ? raw * 100 : double.NaN;

    double Fullest(ReadOnlySpan<double> values, int[] places)
    {
        var fullest = double.NaN;
        foreach (var place in places)
        {
            var value = Value(values[place]);
            fullest = !(value <= fullest) && !double.IsNaN(value) ? value : fullest;
        }
        return _isFree ? 100 - fullest : fullest;
    }

    bool Meets(double value) => _test.Meets(value);

    static int[] Existing(int place) => place < 0 ? [] : [place];
}
