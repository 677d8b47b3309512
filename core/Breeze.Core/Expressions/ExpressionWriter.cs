namespace Breeze.Core.Expressions;

/// <summary>Writes an expression the way that is kept and shown: one form for each meaning, which reads as the same expression again.</summary>
static class ExpressionWriter
{
    public static string Write(Node node) => Write(node, 0);

    static string Write(Node node, int outer) => node switch
    {
        OrNode or => Wrap(string.Join(" or ", or.Parts.Select(p => Write(p, 1))), outer > 0),
        AndNode and => Wrap(string.Join(" and ", and.Parts.Select(p => Write(p, 2))), outer > 1),
        NotNode { Inner: TestNode { Comparison: Comparison.Present } test } => $"{Field(test)} is empty",
        NotNode { Inner: AndNode or OrNode or ExtensionNode or TestNode { Comparison: not Comparison.True and not Comparison.Present } } not => $"not ({Write(not.Inner, 0)})",
        NotNode not => $"not {Write(not.Inner, 2)}",
        ExtensionNode extension => extension.Write(Write),
        SearchNode search => ExpressionTokens.Quote(search.Text),
        _ => Test((TestNode)node),
    };

    static string Test(TestNode test) => test.Comparison switch
    {
        Comparison.True => Field(test),
        Comparison.Present => $"{Field(test)} is not empty",
        Comparison.In => $"{Field(test)} in ({string.Join(", ", test.Operands.Select(o => o.Written))})",
        var comparison => $"{Field(test)} {Sign(comparison, test.Field)} {test.Operands[0].Written}",
    };

    static string Field(TestNode test) => test.Field.Form switch
    {
        FieldForm.Suffix => $"{test.Field.Name}.{test.Arguments.Name}",
        FieldForm.Named => $"{test.Field.Name}({ExpressionTokens.Quote(test.Arguments.Name!)})",
        FieldForm.Labelled when test.Arguments.Labels.Count > 0 =>
            $"metric({ExpressionTokens.Quote(test.Field.Name)}{string.Concat(test.Arguments.Labels.Select(l => $", {l.Key} = {ExpressionTokens.Quote(l.Value)}"))})",
        _ => test.Field.Name,
    };

    static string Sign(Comparison comparison, ExpressionField field) => comparison switch
    {
        Comparison.Equal => field is { IsSet: true, Type: FieldType.Text, Form: FieldForm.Plain } ? "has" : "=",
        Comparison.NotEqual => "!=",
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => ">=",
        Comparison.Contains => "contains",
        Comparison.StartsWith => "starts_with",
        _ => "matches",
    };

    static string Wrap(string text, bool wrap) => wrap ? $"({text})" : text;
}
