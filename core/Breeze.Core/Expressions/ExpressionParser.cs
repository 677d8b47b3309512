namespace Breeze.Core.Expressions;

/// <summary>Reads tokens as an expression and checks names and types on the way, so that an error says where it is.</summary>
/// <param name="tokens">The text.</param>
/// <param name="catalog">The fields that there are.</param>
/// <param name="extension">More that may be said here.</param>
sealed class ExpressionParser(TokenStream tokens, ExpressionCatalog catalog, ExpressionExtension? extension = null)
{
    static readonly string[] WordOperators = ["in", "has", "matches", "contains", "starts_with", "is", "not"];
    static readonly string[] Keywords = ["and", "or", "not", "in", "has", "matches", "contains", "starts_with", "is"];

    // Told apart from what nobody knows, wherever they are not understood.
    static readonly string[] AlertWords = ["avg", "min", "max", "rate", "absent", "forecast", "baseline", "event", "script", "compliance"];

    readonly OperandReader _operands = new(tokens);
    int _depth;
    int _terms;

    public Node Parse()
    {
        if (tokens.Current.Kind == TokenKind.End)
        {
            throw ExpressionException.At(tokens.Current, $"The expression is empty. {(extension is null ? "Write a condition such as os.family = \"windows\", or a word to search for." : "Write a condition such as cpu.percent > 90 for 15m.")}");
        }
        var node = ReadOr();
        return tokens.Current.Kind == TokenKind.End ? node : throw Leftover();
    }

    Node ReadOr()
    {
        List<Node> parts = [ReadAnd()];
        while (tokens.TryTake("or"))
        {
            parts.Add(ReadAnd());
        }
        return parts.Count == 1 ? parts[0] : new OrNode(parts);
    }

    Node ReadAnd()
    {
        List<Node> parts = [ReadNot()];
        while (true)
        {
            if (tokens.TryTake("and"))
            {
                parts.Add(ReadNot());
            }
            else if (parts[^1] is SearchNode && IsSearchWord())
            {
                // Words beside each other: all of them are searched for.
                parts.Add(ReadPrimary());
            }
            else
            {
                return parts.Count == 1 ? parts[0] : new AndNode(parts);
            }
        }
    }

    Node ReadNot()
    {
        if (!tokens.Current.Is("not"))
        {
            return ReadPrimary();
        }
        Deepen(tokens.Take());
        var inner = ReadNot();
        _depth--;
        return new NotNode(inner);
    }

    Node ReadPrimary()
    {
        var start = tokens.Current;
        var node = ReadTerm();
        return extension is null ? node : extension.Follow(node, start, tokens);
    }

    Node ReadTerm()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Open:
                Deepen(tokens.Take());
                var inner = ReadOr();
                if (!tokens.TryTake(TokenKind.Close))
                {
                    throw tokens.Current.Kind == TokenKind.End ? ExpressionException.At(token, "This bracket is not closed.", ")") : Leftover();
                }
                _depth--;
                return inner;
            case TokenKind.Quoted or TokenKind.Word when _terms >= ExpressionLimits.Terms:
                throw ExpressionException.At(token, $"An expression has at most {ExpressionLimits.Terms} conditions. A list takes many values: name in (\"a\", \"b\").");
            case TokenKind.Quoted:
                _terms++;
                tokens.Take();
                return !IsOperator(tokens.Current) ? extension is null ? Search(token) : throw ExpressionException.At(token, "There is nothing to search for here: compare a field with the text, as in name contains \"db\".")
                    : throw ExpressionException.At(token, "A comparison has a field on its left, without quotes.", catalog.Find(token.Value)?.Name ?? catalog.Nearest(token.Value));
            case TokenKind.Word when token.Is("not") || !Keywords.Contains(token.Value, StringComparer.OrdinalIgnoreCase):
                _terms++;
                return ReadWord();
            case TokenKind.Operator when token.Value[0] is '=' or '<' or '>' or '!':
                throw ExpressionException.At(token, $"There is no field before “{token.Value}”.");
            case TokenKind.End:
                throw ExpressionException.At(token, "The expression ends where a condition should follow.");
            default:
                throw ExpressionException.At(token, $"A condition should stand here, not “{token.Value}”.");
        }
    }

    Node ReadWord()
    {
        if (extension?.TryRead(tokens) is { } extended)
        {
            return extended;
        }
        var token = tokens.Current;
        var (field, arguments) = extension?.TryReadField(tokens) is { } own ? (own, FieldArguments.None) : FindField(tokens.Take());
        if (field is null)
        {
            return IsOperator(tokens.Current) || tokens.Current.Kind == TokenKind.Open || (token.Kind == TokenKind.Word && catalog.WhyGone(token.Value) is not null) || extension is not null ? throw Unknown(token) : Search(token);
        }
        if (tokens.Current.Kind == TokenKind.Open && arguments.IsNone && field.Form is FieldForm.Plain or FieldForm.Suffix)
        {
            throw ExpressionException.At(tokens.Current, $"`{field.Name}` takes nothing in brackets.");
        }
        return IsOperator(tokens.Current) ? ReadTest(field, arguments)
            : field.StandsAlone ? new TestNode(field, arguments, Comparison.True, [])
            : throw ExpressionException.At(token, $"`{field.Name}` wants a comparison{(field.Example.Length > 0 ? $", such as {field.Example}" : "")}. To search for the word, put it in quotes.", ExpressionTokens.Quote(token.Value));
    }

    (ExpressionField? Field, FieldArguments Arguments) FindField(Token token)
    {
        var name = token.Value;
        if (name.Equals("metric", StringComparison.OrdinalIgnoreCase) && tokens.Current.Kind == TokenKind.Open)
        {
            return FieldArgumentReader.ReadMetric(tokens, catalog);
        }
        if (name.StartsWith("custom.", StringComparison.OrdinalIgnoreCase))
        {
            return name.Length > 7 ? (catalog.Find("custom"), new(name[7..], [])) : throw ExpressionException.At(token, "A custom field's key follows the point: custom.asset_tag.");
        }
        var field = catalog.Find(name);
        if (field is null)
        {
            return (null, FieldArguments.None);
        }
        return field.Form switch
        {
            FieldForm.Suffix => throw ExpressionException.At(token, "Say which: custom.asset_tag, with the field's key after the point."),
            FieldForm.Named => (field, FieldArgumentReader.ReadName(tokens, token, field)),
            _ => (field, FieldArguments.None),
        };
    }

    Node ReadTest(ExpressionField field, FieldArguments arguments)
    {
        if (tokens.TryTake("not"))
        {
            return tokens.Current.Is("in") || tokens.Current.Is("contains") || tokens.Current.Is("has") || tokens.Current.Is("matches") || tokens.Current.Is("starts_with")
                ? new NotNode(ReadTest(field, arguments))
                : throw ExpressionException.At(tokens.Current, "After a field, `not` goes with `in`, `has`, `contains`, `starts_with` or `matches`. For the rest, write `not` before the field.");
        }
        var op = tokens.Take();
        if (op.Kind == TokenKind.Operator)
        {
            return Compare(field, arguments, op, op.Value switch
            {
                "=" or "==" => Comparison.Equal,
                "!=" or "<>" => Comparison.NotEqual,
                "<" => Comparison.Less,
                "<=" => Comparison.LessOrEqual,
                ">" => Comparison.Greater,
                _ => Comparison.GreaterOrEqual,
            });
        }
        switch (op.Value.ToLowerInvariant())
        {
            case "is":
                return ReadEmpty(field, arguments);
            case "contains":
                return Compare(field, arguments, op, Comparison.Contains);
            case "starts_with":
                return Compare(field, arguments, op, Comparison.StartsWith);
            case "matches":
                return Compare(field, arguments, op, Comparison.Matches);
            case "has" when !field.IsSet:
                throw ExpressionException.At(op, $"`{field.Name}` is one value; `has` asks whether several hold one. Use `=`.", "=");
            case "has" when tokens.Current.Kind != TokenKind.Open:
                return Compare(field, arguments, op, Comparison.Equal);
            default:
                return new TestNode(field, arguments, Comparison.In, _operands.ReadList(field, op));
        }
    }

    /// <summary><c>is empty</c>, <c>is not empty</c>.</summary>
    Node ReadEmpty(ExpressionField field, FieldArguments arguments)
    {
        var not = tokens.TryTake("not");
        if (!tokens.Current.Is("empty"))
        {
            throw ExpressionException.At(tokens.Current, "After `is` follows `empty` or `not empty`. To compare, write `=`.", "empty");
        }
        if (field.Type == FieldType.Boolean)
        {
            throw ExpressionException.At(tokens.Current, $"`{field.Name}` is true or false and never empty.");
        }
        tokens.Take();
        var present = new TestNode(field, arguments, Comparison.Present, []);
        return not ? present : new NotNode(present);
    }

    TestNode Compare(ExpressionField field, FieldArguments arguments, Token op, Comparison comparison)
    {
        OperatorCheck.Check(field, comparison, op);
        return new(field, arguments, comparison, [_operands.Read(field, comparison)]);
    }

    SearchNode Search(Token token) => token.Value.Trim() is { Length: > 0 } text ? new(text) : throw ExpressionException.At(token, "There is nothing to search for between the quotes.");

    bool IsSearchWord() => tokens.Current.Kind == TokenKind.Quoted
        || (tokens.Current.Kind == TokenKind.Word && !Keywords.Contains(tokens.Current.Value, StringComparer.OrdinalIgnoreCase) && !IsOperator(tokens.Next)
            && tokens.Next.Kind != TokenKind.Open && catalog.Find(tokens.Current.Value) is null && catalog.WhyGone(tokens.Current.Value) is null);

    static bool IsOperator(Token token) => token.Kind == TokenKind.Operator || (token.Kind == TokenKind.Word && WordOperators.Contains(token.Value, StringComparer.OrdinalIgnoreCase));

    void Deepen(Token token)
    {
        if (++_depth > ExpressionLimits.Depth)
        {
            throw ExpressionException.At(token, $"Brackets and `not` go at most {ExpressionLimits.Depth} deep.");
        }
    }

    ExpressionException Unknown(Token token)
    {
        if (catalog.WhyGone(token.Value) is { } why)
        {
            return ExpressionException.At(token, why);
        }
        if (extension is null && AlertWords.Contains(token.Value, StringComparer.OrdinalIgnoreCase) && tokens.Current.Kind == TokenKind.Open)
        {
            return ExpressionException.At(token, $"`{token.Value}` is understood only in alert conditions.");
        }
        var near = extension?.Meant(token.Value) ?? catalog.Nearest(token.Value);
        return ExpressionException.At(token, $"Unknown field `{token.Value}`.{(near is null ? "" : $" Did you mean `{near}`?")}", near);
    }

    ExpressionException Leftover()
    {
        var token = tokens.Current;
        return token.Kind switch
        {
            TokenKind.Close => ExpressionException.At(token, "This bracket closes none."),
            TokenKind.Word when extension is null && token.Is("for") => ExpressionException.At(token, "`for` is understood only in alert conditions."),
            TokenKind.Word when Spelling.Nearest(token.Value, ["and", "or"]) is { } near => ExpressionException.At(token, $"Between two conditions stands `and` or `or`, not “{token.Value}”. Did you mean `{near}`?", near),
            TokenKind.Word or TokenKind.Quoted => ExpressionException.At(token, $"“{token.Value}” stands where `and` or `or` should. Text of several words goes in quotes.", "and"),
            _ => ExpressionException.At(token, $"“{token.Value}” stands where `and` or `or` should.", "and"),
        };
    }
}
