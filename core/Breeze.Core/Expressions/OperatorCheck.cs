namespace Breeze.Core.Expressions;

/// <summary>Which comparison makes sense for which field.</summary>
static class OperatorCheck
{
    public static IReadOnlyList<string> Operators(ExpressionField field)
    {
        List<string> all = field.Type switch
        {
            FieldType.Text => ["=", "!=", "contains", "starts_with", "matches", "in"],
            FieldType.Version or FieldType.Any => ["=", "!=", "<", "<=", ">", ">=", "contains", "starts_with", "matches", "in"],
            FieldType.Boolean => ["="],
            FieldType.Time or FieldType.Age => ["<", "<=", ">", ">="],
            _ => ["=", "!=", "<", "<=", ">", ">=", "in"],
        };
        if (field.IsSet)
        {
            all.Remove("!=");
            if (field.Type == FieldType.Text)
            {
                all.Insert(0, "has");
            }
        }
        if (field.Type != FieldType.Boolean)
        {
            all.AddRange(["is empty", "is not empty"]);
        }
        return all;
    }

    public static void Check(ExpressionField field, Comparison comparison, Token op)
    {
        var ordered = comparison is Comparison.Less or Comparison.LessOrEqual or Comparison.Greater or Comparison.GreaterOrEqual;
        var textual = comparison is Comparison.Contains or Comparison.StartsWith or Comparison.Matches;
        if (comparison == Comparison.NotEqual && field.IsSet)
        {
            throw ExpressionException.At(op, $"`{field.Name}` may have several values, so `!=` could mean two things. Write `not ({field.Name}… = …)` for none of them.", "=");
        }
        if (ordered && field.Type is FieldType.Text or FieldType.Boolean && ordered)
        {
            throw ExpressionException.At(op, $"`{field.Name}` has no order. Use one of: {string.Join(", ", Operators(field))}.", "=");
        }
        if (textual && field.Type is not (FieldType.Text or FieldType.Version or FieldType.Any))
        {
            throw ExpressionException.At(op, $"`{field.Name}` is no text. Use one of: {string.Join(", ", Operators(field))}.", Operators(field)[0]);
        }
        if (comparison is Comparison.Equal or Comparison.NotEqual && field.Type is FieldType.Time or FieldType.Age && !ordered)
        {
            throw ExpressionException.At(op, $"`{field.Name}` is a moment, which hardly ever equals another. Compare with < or >.", ">");
        }
    }
}
