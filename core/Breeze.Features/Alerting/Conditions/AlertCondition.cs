using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>A checked condition of an alert rule. Immutable.</summary>
public sealed class AlertCondition
{
    internal AlertCondition(Node root)
    {
        Root = root;
        Text = ExpressionWriter.Write(root);
    }

    /// <summary>In normal form.</summary>
    public string Text { get; }

    internal Node Root { get; }

    /// <summary>What it measures first, for a chart; null when it measures nothing.</summary>
    public ChartedMetric? Charted => ChartedMetric.Of(Root);

    /// <summary>How many parts of it have a duration.</summary>
    internal int Durations => Count(Root);

    /// <summary>How many parts of it look at stored readings.</summary>
    internal int Windows => CountWindows(Root);

    static int CountWindows(Node node) => node switch
    {
        AndNode and => and.Parts.Sum(CountWindows),
        OrNode or => or.Parts.Sum(CountWindows),
        NotNode not => CountWindows(not.Inner),
        ForNode lasting => CountWindows(lasting.Inner),
        TestNode { Field: WindowField } => 1,
        _ => 0,
    };

    static int Count(Node node) => node switch
    {
        AndNode and => and.Parts.Sum(Count),
        OrNode or => or.Parts.Sum(Count),
        NotNode not => Count(not.Inner),
        ForNode => 1,
        _ => 0,
    };
}
