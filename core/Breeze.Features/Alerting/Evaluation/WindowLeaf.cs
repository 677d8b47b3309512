using Breeze.Core.Expressions;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A comparison with what stored readings say.</summary>
sealed class WindowLeaf(TestNode test, Window window)
{
    readonly NumberTest _test = new(test);

    public Window Window { get; } = window;

    public WindowField Field { get; } = (WindowField)test.Field;

    public Comparison Comparison => _test.Comparison;

    public bool HasSeries => Field.HasSeries;

    /// <summary>Whether its series have an alert each: then one that it does not have is gone.</summary>
    public bool IsAnchor { get; set; }

    public bool Meets(WindowValue value) => _test.Meets(value.Value);

    /// <summary>Of the series when it has that one, otherwise of any.</summary>
    public bool Holds(Guid device, string label)
    {
        var any = false;
        foreach (var value in Window.Of(device))
        {
            if (label.Length > 0 && value.Label == label)
            {
                return Meets(value);
            }
            any |= Meets(value);
        }
        return any && !(IsAnchor && label.Length > 0);
    }

    /// <summary>The value to show: the series', or the first that meets the comparison, or else the first there is.</summary>
    public double Shown(Guid device, string label)
    {
        var (shown, isMet) = (double.NaN, false);
        foreach (var value in Window.Of(device))
        {
            if (label.Length > 0 && value.Label == label)
            {
                return value.Value;
            }
            var meets = Meets(value);
            (shown, isMet) = double.IsNaN(shown) || (meets && !isMet) ? (value.Value, meets) : (shown, isMet);
        }
        return shown;
    }
}

/// <summary>What stored readings say meets a comparison.</summary>
sealed class WindowCheck(WindowLeaf leaf) : Check
{
    public override bool Holds(in Frame frame) => leaf.Holds(frame.Device, frame.Label);
}
