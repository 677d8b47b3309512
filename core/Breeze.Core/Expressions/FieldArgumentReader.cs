namespace Breeze.Core.Expressions;

/// <summary>Reads what stands in the brackets behind a field.</summary>
static class FieldArgumentReader
{
    const int MaximumLabels = 10;
    const int MaximumName = 300;

    public static FieldArguments ReadName(TokenStream tokens, Token field, ExpressionField known)
    {
        if (!tokens.TryTake(TokenKind.Open))
        {
            throw ExpressionException.At(field, $"Say which: {known.Example}. To search for the word, put it in quotes.", $"{known.Name}(\"");
        }
        var name = ReadText(tokens, $"The name goes in the brackets: {known.Example}.");
        Close(tokens, field);
        return new(name, []);
    }

    public static (ExpressionField Field, FieldArguments Arguments) ReadMetric(TokenStream tokens, ExpressionCatalog catalog)
    {
        var open = tokens.Take();
        var token = tokens.Current;
        var name = ReadText(tokens, "The metric's name goes in the brackets: metric(\"system.filesystem.utilization\", mountpoint = \"/\").");
        if (catalog.Find(name) is not { Form: FieldForm.Labelled } field)
        {
            var near = Spelling.Nearest(name, catalog.Fields.Where(f => f.Form == FieldForm.Labelled).Select(f => f.Name));
            throw ExpressionException.At(token, $"No plugin declares a metric `{name}`.{(near is null ? "" : $" Did you mean `{near}`?")}", near is null ? null : ExpressionTokens.Quote(near));
        }
        List<KeyValuePair<string, string>> labels = [];
        while (tokens.TryTake(TokenKind.Comma))
        {
            var label = tokens.Take();
            if (label.Kind is not (TokenKind.Word or TokenKind.Quoted) || tokens.Current.Value is not ("=" or "==") || labels.Count == MaximumLabels)
            {
                throw ExpressionException.At(label, $"After the metric's name follow labels, {MaximumLabels} at most: mountpoint = \"/\".");
            }
            tokens.Take();
            labels.Add(new(label.Value, ReadText(tokens, "A label is compared with a text: mountpoint = \"/\".", allowEmpty: true)));
        }
        Close(tokens, open);
        return (field, new(null, labels));
    }

    static string ReadText(TokenStream tokens, string message, bool allowEmpty = false)
    {
        var token = tokens.Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.Quoted) || (token.Value.Length == 0 && !allowEmpty) || token.Value.Length > MaximumName)
        {
            throw ExpressionException.At(token, message);
        }
        return tokens.Take().Value;
    }

    static void Close(TokenStream tokens, Token opened)
    {
        if (!tokens.TryTake(TokenKind.Close))
        {
            throw tokens.Current.Kind == TokenKind.End
                ? ExpressionException.At(opened, "The bracket behind this is not closed.", ")")
                : ExpressionException.At(tokens.Current, $"A closing bracket should stand here, not “{tokens.Current.Value}”.", ")");
        }
    }
}
