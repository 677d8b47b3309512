namespace Breeze.Core.Expressions;

/// <summary>
/// Writes an expression as a condition on <c>devices d</c>. A missing value makes a comparison null, which a WHERE takes for false; <c>not</c> turns that
/// into true by IS NOT TRUE, so that the parts which an index can serve stay bare.
/// </summary>
sealed class SqlWriter(SqlParameters parameters)
{
    public string Write(Node node) => node switch
    {
        AndNode and => $"({string.Join(" AND ", and.Parts.Select(Write))})",
        OrNode or => $"({string.Join(" OR ", or.Parts.Select(Write))})",
        NotNode not => $"(({Write(not.Inner)}) IS NOT TRUE)",
        SearchNode search => Search(search.Text),
        TestNode test => Test(test),
        _ => throw new InvalidOperationException($"No SQL for {node.GetType().Name}."),
    };

    string Test(TestNode test)
    {
        var (field, arguments) = (test.Field, test.Arguments);
        if (test.Comparison == Comparison.True || field is BooleanField)
        {
            var truth = field is BooleanField ? field.Column(parameters, arguments) : field.Where(parameters, arguments, "true");
            return test.Operands is [NumberOperand { Number: 0 }] != (test.Comparison == Comparison.NotEqual) ? $"(({truth}) IS NOT TRUE)" : $"({truth})";
        }
        var column = field.Column(parameters, arguments);
        return field.Where(parameters, arguments, field switch
        {
            TextField text => Text(text, column, test),
            TimeField => test.Comparison == Comparison.Present ? $"{column} IS NOT NULL" : Time(column, test),
            _ => test.Comparison == Comparison.Present ? $"{column} IS NOT NULL" : Values(column, test, test.Operands.Select(o => ((NumberOperand)o).Number).ToArray()),
        });
    }

    string Text(TextField field, string column, TestNode test)
    {
        var key = field.KeyColumn ?? FieldSources.Folded(column);
        switch (test.Comparison)
        {
            case Comparison.Present:
                return $"({column}) <> ''";
            case Comparison.Contains:
                return $"{key} LIKE {parameters.Add($"%{Like(((TextOperand)test.Operands[0]).Folded)}%")}";
            case Comparison.StartsWith:
                return $"starts_with({key}, {parameters.Add(((TextOperand)test.Operands[0]).Folded)})";
            case Comparison.Matches:
                return $"({key} <> '' AND {key} ~ {parameters.Add(((PatternOperand)test.Operands[0]).Pattern.Sql)})";
        }
        return test.Operands[0] switch
        {
            VersionOperand => Values(field.VersionColumn ?? $"(breeze_version_key({column}) COLLATE \"C\")", test, test.Operands.Select(o => ((VersionOperand)o).Key).ToArray()),
            NumberOperand => Values($"(CASE WHEN ({column}) ~ '^-?[0-9]{{1,15}}(\\.[0-9]{{1,15}})?$' THEN ({column})::float8 END)", test, test.Operands.Select(o => ((NumberOperand)o).Number).ToArray()),
            _ => Values(key, test, test.Operands.Select(o => ((TextOperand)o).Folded).ToArray()) + (test.Comparison == Comparison.NotEqual ? $" AND {key} <> ''" : ""),
        };
    }

    string Values<T>(string column, TestNode test, T[] values) =>
        test.Comparison == Comparison.In ? $"{column} = ANY ({parameters.Add(values)})" : $"{column} {Sign(test.Comparison)} {parameters.Add(values[0])}";

    string Time(string column, TestNode test) => test.Operands[0] switch
    {
        // An age grows as its beginning lies further back.
        AgeOperand age => $"{column} {Sign(Turned(test.Comparison))} {parameters.Add(parameters.Now - age.Age)}",
        var operand => $"{column} {Sign(test.Comparison)} {parameters.Add(((TimeOperand)operand).Resolve(parameters.Now))}",
    };

    string Search(string text) => $"d.id IN (SELECT breeze_search_devices({parameters.Add($"%{Like(FoldedText.Of(text))}%")}))";

    public static Comparison Turned(Comparison comparison) => comparison switch
    {
        Comparison.Less => Comparison.Greater,
        Comparison.LessOrEqual => Comparison.GreaterOrEqual,
        Comparison.Greater => Comparison.Less,
        Comparison.GreaterOrEqual => Comparison.LessOrEqual,
        _ => comparison,
    };

    static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.Equal => "=",
        Comparison.NotEqual => "<>",
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => ">=",
        _ => throw new InvalidOperationException($"{comparison} is no sign."),
    };

    static string Like(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
