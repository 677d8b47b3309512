using Breeze.Core.Metrics;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A partner's rules over one shape of readings: which of them it concerns, for which series, and where the values stand.</summary>
sealed class LayoutProgram(RuleProgram[] rules)
{
    public RuleProgram[] Rules { get; } = rules;

    public static LayoutProgram Of(CompiledRule[] rules, MetricLayoutEntry layout) =>
        new([.. rules.Where(r => r.IsOfReadings).Select(r => RuleProgram.Of(r, layout)).OfType<RuleProgram>()]);
}

sealed record RuleProgram(CompiledRule Rule, SeriesProgram[] Series)
{
    /// <summary>Null when the layout has none of the rule's metrics: such a reading says nothing about it.</summary>
    public static RuleProgram? Of(CompiledRule rule, MetricLayoutEntry layout)
    {
        var places = Array.ConvertAll(rule.Leaves, l => l.PlacesIn(layout));
        if (Array.TrueForAll(places, p => p.Length == 0))
        {
            return null;
        }
        var labels = rule.Anchor is not { } anchor ? [] : places[anchor.Index].Select(p => LabelOf(layout.Names[p])).Where(l => l.Length > 0).Distinct().ToArray();
        if (labels.Length == 0)
        {
            return new(rule, [new("", places)]);
        }
        // A leaf over the same series goes with the anchor's; one over others holds when one of them does.
        return new(rule, [.. labels.Select(label => new SeriesProgram(label, [.. rule.Leaves.Select(leaf =>
        {
            var same = leaf.HasSeries ? places[leaf.Index].Where(p => LabelOf(layout.Names[p]) == label).ToArray() : [];
            return same.Length > 0 || leaf == rule.Anchor ? same : places[leaf.Index];
        })]))]);
    }

    static string LabelOf(string name) => name.IndexOf('{', StringComparison.Ordinal) is var brace and >= 0 ? name[(brace + 1)..^1] : "";
}

/// <param name="Label">The series; empty for the device as a whole.</param>
/// <param name="Places">For each leaf where in a reading it looks.</param>
sealed record SeriesProgram(string Label, int[][] Places);
