namespace Breeze.Core.Expressions;

enum CompletionKind
{
    Nothing,
    Field,
    Operator,
    Value,

    /// <summary>The name in a field's brackets.</summary>
    Argument,

    /// <summary><c>and</c> or <c>or</c>.</summary>
    Joint,
}

/// <summary>What an unfinished expression wants at its end.</summary>
/// <param name="Start">Where the part begins that is being typed.</param>
/// <param name="Typed">That part, without its quote.</param>
sealed record CompletionPlace(CompletionKind Expected, ExpressionField? Field, int Start, string Typed)
{
    public static CompletionPlace Find(string text, ExpressionCatalog catalog)
    {
        var (tokens, error) = ExpressionTokens.Read(text);
        tokens.RemoveAt(tokens.Count - 1);
        var (start, typed) = (text.Length, "");
        if (error?.Suggestion is "\"" or "'")
        {
            // A quote that is still open: what follows it is being typed.
            start = error.Column - 1;
            typed = text[(start + 1)..];
        }
        else if (error is not null)
        {
            return new(CompletionKind.Nothing, null, start, typed);
        }
        else if (tokens is [.., { Kind: TokenKind.Word } last] && last.End == text.Length)
        {
            (start, typed) = (last.Start, last.Value);
            tokens.RemoveAt(tokens.Count - 1);
        }
        var place = Expect(tokens, catalog);
        return new(place.Expected, place.Field, start, typed);
    }

    static (CompletionKind Expected, ExpressionField? Field) Expect(List<Token> tokens, ExpressionCatalog catalog)
    {
        if (tokens.Count == 0 || tokens[^1].Is("and") || tokens[^1].Is("or") || tokens[^1].Is("not"))
        {
            return tokens.Count > 1 && tokens[^1].Is("not") && FieldBefore(tokens, tokens.Count - 2, catalog) is { } negated ? (CompletionKind.Operator, negated) : (CompletionKind.Field, null);
        }
        var last = tokens[^1];
        switch (last.Kind)
        {
            case TokenKind.Open:
                return tokens.Count == 1 ? (CompletionKind.Field, null)
                    : IsListOperator(tokens[^2]) ? ValueOf(tokens, tokens.Count - 2, catalog)
                    : catalog.Find(tokens[^2].Value) is { Form: FieldForm.Named } named ? (CompletionKind.Argument, named)
                    : (CompletionKind.Field, null);
            case TokenKind.Comma:
                var open = tokens.FindLastIndex(t => t.Kind == TokenKind.Open);
                return open > 0 && IsListOperator(tokens[open - 1]) ? ValueOf(tokens, open - 1, catalog) : (CompletionKind.Nothing, null);
            case TokenKind.Operator:
                return ValueOf(tokens, tokens.Count - 1, catalog);
            case TokenKind.Word when new[] { "contains", "starts_with", "has" }.Any(last.Is):
                return ValueOf(tokens, tokens.Count - 1, catalog);
            case TokenKind.Word when IsListOperator(last) || last.Is("matches") || last.Is("is"):
                return (CompletionKind.Nothing, null);
            default:
                return FieldBefore(tokens, tokens.Count - 1, catalog) is { } field && !IsValue(tokens) ? (CompletionKind.Operator, field) : (CompletionKind.Joint, null);
        }
    }

    static (CompletionKind, ExpressionField?) ValueOf(List<Token> tokens, int op, ExpressionCatalog catalog)
    {
        var at = op > 0 && tokens[op - 1].Is("not") ? op - 2 : op - 1;
        return FieldBefore(tokens, at, catalog) is { } field ? (CompletionKind.Value, field) : (CompletionKind.Nothing, null);
    }

    /// <summary>The field that ends at a token: its name, or the bracket behind it.</summary>
    static ExpressionField? FieldBefore(List<Token> tokens, int at, ExpressionCatalog catalog)
    {
        if (at < 0)
        {
            return null;
        }
        if (tokens[at].Kind == TokenKind.Close)
        {
            var open = tokens.FindLastIndex(at, t => t.Kind == TokenKind.Open);
            return open <= 0 ? null
                : tokens[open - 1].Is("metric") && open + 1 < at ? catalog.Find(tokens[open + 1].Value)
                : catalog.Find(tokens[open - 1].Value) is { Form: FieldForm.Named } named ? named : null;
        }
        return tokens[at].Kind != TokenKind.Word ? null
            : tokens[at].Value.StartsWith("custom.", StringComparison.OrdinalIgnoreCase) ? catalog.Find("custom")
            : catalog.Find(tokens[at].Value) is { Form: FieldForm.Plain or FieldForm.Labelled } field ? field : null;
    }

    /// <summary>Whether the last token is what a field is compared with, whatever fields are called like it.</summary>
    static bool IsValue(List<Token> tokens) => tokens.Count > 1 && (tokens[^2].Kind == TokenKind.Operator || new[] { "contains", "starts_with", "has", "matches" }.Any(tokens[^2].Is));

    static bool IsListOperator(Token token) => token.Is("in") || token.Is("has");
}
