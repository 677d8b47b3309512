namespace Breeze.Core.Expressions;

/// <summary>
/// Writes an expression as a condition on <c>devices d</c>. A missing value makes a comparison null, which a WHERE takes for false; <c>not</c> turns that
/// into true by IS NOT TRUE, so that the parts which an index can serve stay bare.
/// </summary>
sealed class SqlWriter(SqlParameters parameters, SqlReach reach)
{
    /// <summary>The numbers that a text can be.</summary>
    public const string Decimal = @"^-?[0-9]{1,15}(\.[0-9]{1,15})?$";

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
        if (reach == SqlReach.All && field is TextField { Lookup: { } lookup } searched && Pattern(searched, test) is { } pattern)
        {
            return lookup(parameters.Add(pattern));
        }
        var column = field.Column(parameters, arguments);
        var value = field switch
        {
            TextField text => Text(text, column, test),
            TimeField => test.Comparison == Comparison.Present ? $"{column} IS NOT NULL" : Time(column, test),
            _ => test.Comparison == Comparison.Present ? $"{column} IS NOT NULL" : Values(column, test, test.Operands.Select(o => ((NumberOperand)o).Number).ToArray()),
        };
        var condition = reach == SqlReach.All && field is TextField { WhereAll: { } all } ? all(value) : field.Where(parameters, arguments, value);
        return reach == SqlReach.All && field is TextField { Narrow: { } narrow } && test is { Comparison: Comparison.Equal, Operands: [TextOperand operand] }
            ? $"({narrow(parameters, arguments, parameters.Add(operand.Folded))} AND {condition})" : condition;
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
            NumberOperand => Values($"(CASE WHEN ({column}) ~ '{Decimal}' THEN ({column})::float8 END)", test, test.Operands.Select(o => ((NumberOperand)o).Number).ToArray()),
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

    /// <summary>What a comparison with a text is as a LIKE pattern.</summary>
    static string? Pattern(TextField field, TestNode test) => test.Operands is not [TextOperand { Folded: var text }] ? null : test.Comparison switch
    {
        // A column of its own is the better index for the whole text.
        Comparison.Equal when field.KeyColumn is null => Like(text),
        Comparison.StartsWith => Like(text) + "%",
        Comparison.Contains => $"%{Like(text)}%",
        _ => null,
    };

    string Search(string text)
    {
        var folded = FoldedText.Of(text);
        var pattern = parameters.Add($"%{Like(folded)}%");
        return reach == SqlReach.Each ? EachDevice(pattern) : $"d.id IN (SELECT breeze_search_devices({pattern}))";
    }

    /// <summary>
    /// The quick search, asked of one device after the other. The OFFSET keeps the planner from reading the other tables whole beforehand.
    /// </summary>
    static string EachDevice(string pattern) =>
        $"""
        (d.hostname_key LIKE {pattern} OR d.name_key LIKE {pattern}
         OR EXISTS (SELECT 1 FROM device_hardware h WHERE h.device_id = d.id AND h.serial_key LIKE {pattern} OFFSET 0)
         OR EXISTS (SELECT 1 FROM device_sessions u WHERE u.device_id = d.id AND u.user_key LIKE {pattern} OFFSET 0)
         OR EXISTS (SELECT 1 FROM device_network n WHERE n.device_id = d.id AND (lower(n.mac COLLATE "pg_c_utf8") LIKE {pattern}
             OR EXISTS (SELECT 1 FROM unnest(n.addresses) AS i (address) WHERE lower(i.address COLLATE "pg_c_utf8") LIKE {pattern})) OFFSET 0))
        """;

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

    public static string Like(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
