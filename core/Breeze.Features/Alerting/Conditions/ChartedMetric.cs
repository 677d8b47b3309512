using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>A metric that a condition looks at, and where it draws the line.</summary>
/// <param name="Metric">As readings call it.</param>
/// <param name="Labels">Which of its series; empty for all.</param>
/// <param name="Levels">What it is compared with, in the metric's own unit.</param>
public sealed record ChartedMetric(string Metric, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Levels)
{
    internal static ChartedMetric? Of(Node node) => node switch
    {
        AndNode and => and.Parts.Select(Of).FirstOrDefault(c => c is not null),
        OrNode or => or.Parts.Select(Of).FirstOrDefault(c => c is not null),
        NotNode not => Of(not.Inner),
        ForNode lasting => Of(lasting.Inner),
        TestNode { Field: WindowField window } test => new(window.Metric, Map(window.Labels), window.Kind == WindowKind.Baseline ? [] : LevelsOf(window.Of, test)),
        TestNode test when ReadingFields.IsReading(test.Field) => new(ReadingFields.MetricOf(test.Field), Map(test.Arguments.Labels), LevelsOf(test.Field, test)),
        _ => null,
    };

    static Dictionary<string, string> Map(IReadOnlyList<KeyValuePair<string, string>> labels) => labels.DistinctBy(l => l.Key).ToDictionary(l => l.Key, l => l.Value);

    static double[] LevelsOf(ExpressionField field, TestNode test) => [.. test.Operands.OfType<NumberOperand>().Take(4).Select(o =>
        field.Name == ReadingFields.DiskFree ? (100 - o.Number) / 100 : field.Type == FieldType.Percent ? o.Number / 100 : o.Number)];
}
