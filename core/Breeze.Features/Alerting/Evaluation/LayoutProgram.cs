using Breeze.Core.Metrics;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A partner's rules over one shape of readings: which of them it concerns, for which series, and where the values stand.</summary>
sealed class LayoutProgram(RuleProgram[] rules)
{
    public RuleProgram[] Rules { get; } = rules;

    public static LayoutProgram Of(CompiledRule[] rules, MetricLayoutEntry layout) =>
        new([.. rules.Where(r => r.IsOfReadings).Select(r => RuleProgram.Of(r, layout)).OfType<RuleProgram>()]);
}

/// <param name="Rule">The rule.</param>
/// <param name="Series">What has an alert of its own.</param>
/// <param name="Places">For each leaf where in a reading it looks, whatever the series.</param>
sealed record RuleProgram(CompiledRule Rule, SeriesProgram[] Series, int[][] Places)
{
    /// <summary>Where a series looks that the layout does not have.</summary>
    public int[][] Gone { get; } = [.. Places.Index().Select(p => p.Index == Rule.Anchor?.Index ? [] : p.Item)];

    /// <summary>Null when the layout has nothing of the rule's, or nothing of that whose series it looks at: such a reading says nothing about it.</summary>
    public static RuleProgram? Of(CompiledRule rule, MetricLayoutEntry layout)
    {
        var places = Array.ConvertAll(rule.Leaves, l => l.PlacesIn(layout));
        if (rule.Anchor is not { } anchor)
        {
            return Array.TrueForAll(places, p => p.Length == 0) ? null : new(rule, [new("", places)], places);
        }
        var labels = places[anchor.Index].Select(p => LabelOf(layout.Names[p])).Distinct();
        // A leaf over the same series goes with the anchor's; one over others holds when one of them does.
        return places[anchor.Index].Length == 0 ? null : new(rule, [.. labels.Select(label => new SeriesProgram(label, [.. rule.Leaves.Select(leaf =>
        {
            var same = leaf.HasSeries ? places[leaf.Index].Where(p => LabelOf(layout.Names[p]) == label).ToArray() : [];
            return same.Length > 0 || leaf == anchor ? same : places[leaf.Index];
        })]))], places);
    }

    /// <summary>Whether the reading says anything about the rule: a value that is not there changes nothing.</summary>
    public bool IsMeasured(ReadOnlySpan<double> values) => IsMeasured(values, Places);

    public bool IsMeasured(ReadOnlySpan<double> values, SeriesProgram series) => Rule.Leaves.Length == 1 && Series.Length == 1 || IsMeasured(values, series.Places);

    public bool Has(string label)
    {
        foreach (var series in Series)
        {
            if (series.Label == label)
            {
                return true;
            }
        }
        return false;
    }

    bool IsMeasured(ReadOnlySpan<double> values, int[][] places)
    {
        if (Rule.Anchor is { } anchor)
        {
            return anchor.IsMeasured(values, places[anchor.Index]);
        }
        foreach (var leaf in Rule.Leaves)
        {
            if (leaf.IsMeasured(values, places[leaf.Index]))
            {
                return true;
            }
        }
        return false;
    }

    static string LabelOf(string name) => name.IndexOf('{', StringComparison.Ordinal) is var brace and >= 0 ? name[(brace + 1)..^1] : "";
}

/// <param name="Label">The series; empty for the device as a whole.</param>
/// <param name="Places">For each leaf where in a reading it looks.</param>
sealed record SeriesProgram(string Label, int[][] Places);
