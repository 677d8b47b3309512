using Breeze.Core.Expressions;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Suggests what could come next in a condition: what expressions about devices have, and the words that only conditions have.</summary>
public sealed class ConditionCompletion(ExpressionCompletion expressions, ExpressionEngine engine, OutcomeNames names)
{
    const int Maximum = 20;
    static readonly string[] Durations = ["15m", "5m", "1h", "1d"];
    static readonly string[] Comparisons = [">", ">=", "<", "<="];

    public async Task<IReadOnlyList<ExpressionSuggestion>> CompleteAsync(AccessScope scope, string text, int caret, CancellationToken cancellationToken)
    {
        if (text.Length > ExpressionLimits.Characters)
        {
            return [];
        }
        await engine.RefreshAsync(TimeSpan.FromMinutes(1), cancellationToken);
        var before = text[..Math.Clamp(caret, 0, text.Length)];
        if (await names.CompleteAsync(scope, before, cancellationToken) is { } named)
        {
            return named;
        }
        var (own, isAll) = Own(before, engine.Catalog);
        return isAll ? own : [.. own.Concat(await expressions.CompleteAsync(scope, text, caret, cancellationToken)).Take(Maximum)];
    }

    /// <summary>What conditions have of their own at the end of a text, and whether nothing else can stand there.</summary>
    internal static (IReadOnlyList<ExpressionSuggestion> Suggestions, bool IsAll) Own(string text, ExpressionCatalog catalog)
    {
        var (tokens, error) = ExpressionTokens.Read(text);
        tokens.RemoveAt(tokens.Count - 1);
        if (error is not null)
        {
            // Within a quote, or where nothing has a meaning. The names of policies and scripts are no fields: OutcomeNames has them.
            return ([], OpenFunction(tokens) is { Function.TakesMeasured: false });
        }
        var (start, typed) = (text.Length, "");
        if (tokens is [.., { Kind: TokenKind.Word } last] && last.End == text.Length)
        {
            (start, typed) = (last.Start, last.Value);
            tokens.RemoveAt(tokens.Count - 1);
        }
        var (found, isAll) = Expect(tokens, typed, catalog);
        return ([.. found.Where(f => f.Kind == "function" ? Begins(f) : f.Label.Contains(typed, StringComparison.OrdinalIgnoreCase)).OrderByDescending(Begins).Take(Maximum)
            .Select(f => new ExpressionSuggestion(f.Insert, f.Label, f.Says, f.Kind, start, text.Length - start))], isAll);

        bool Begins(Word word) => word.Label.StartsWith(typed, StringComparison.OrdinalIgnoreCase);
    }

    static (IEnumerable<Word> Found, bool IsAll) Expect(List<Token> tokens, string typed, ExpressionCatalog catalog)
    {
        if (tokens is [.., var word] && word.Is("for"))
        {
            return (Durations.Select(d => new Word($"{d} ", d, "continuously for so long", "value")), true);
        }
        if (OpenFunction(tokens) is { } inside)
        {
            return inside.Function.TakesMeasured ? (InBrackets(inside.Function, tokens[inside.Open..], catalog), true) : ([], true);
        }
        if (tokens is [.., { Kind: TokenKind.Close }] && Before(tokens, tokens.Count - 1) is { } ended)
        {
            return ended.IsNumber ? (Comparisons.Select(c => new Word($"{c} ", c, c[0] == '>' ? "more than, or at least" : "less than, or at most", "operator")), true)
                : ended.Name == "compliance" ? ([new("= ", "=", "equals", "operator"), new("!= ", "!=", "differs from", "operator")], true)
                : (Lasting, false);
        }
        if (tokens is [.., { Kind: TokenKind.Close }, { Kind: TokenKind.Operator }] && Before(tokens, tokens.Count - 2) is { Name: "compliance" })
        {
            return (OutcomeFields.Statuses.Select(s => new Word($"\"{s}\" ", s, "", "value")), true);
        }
        return CompletionPlace.Find(string.Concat(tokens.Select(Written)) + typed, catalog).Expected switch
        {
            CompletionKind.Field => (typed.Length == 0 ? [] : Functions, false),
            CompletionKind.Joint => (Lasting, false),
            _ => ([], false),
        };
    }

    static IEnumerable<Word> Functions =>
        ConditionFunction.All.Select(f => new Word(f.TakesMeasured ? $"{f.Name}(" : $"{f.Name}(\"", f.Shape, f.Says, "function")).Append(new("offline ", "offline", "the device has stopped checking in", "keyword"));

    static Word[] Lasting => [new("for ", "for 15m", "continuously for so long", "keyword")];

    /// <summary>From the bracket that is open on.</summary>
    static IEnumerable<Word> InBrackets(ConditionFunction function, List<Token> tokens, ExpressionCatalog catalog) => tokens switch
    {
        [_] => catalog.Fields.Where(f => ReadingFields.IsReading(f) && function.Takes(f)).Select(f => new Word(f.Name + function.Rest, f.Name, f.Description, "field")),
        [.., { Kind: TokenKind.Comma }] => function.Spans.Select(s => new Word($"{s}) ", s, function.Name == "forecast" ? "from now" : "until now", "value")),
        [.., { Kind: TokenKind.Word or TokenKind.Close }] when tokens.TrueForAll(t => t.Kind != TokenKind.Comma || IsNested(tokens, t)) => [new(function.Rest.TrimStart(), function.Rest.Trim(), function.Says, "keyword")],
        _ => [],
    };

    static bool IsNested(List<Token> tokens, Token token) => tokens.Skip(1).TakeWhile(t => t != token).Sum(t => t.Kind == TokenKind.Open ? 1 : t.Kind == TokenKind.Close ? -1 : 0) > 0;

    /// <summary>The function in whose brackets the text ends, and where they open.</summary>
    static (ConditionFunction Function, int Open)? OpenFunction(List<Token> tokens)
    {
        var depth = 0;
        for (var i = tokens.Count - 1; i > 0; i--)
        {
            depth += tokens[i].Kind == TokenKind.Close ? 1 : tokens[i].Kind == TokenKind.Open ? -1 : 0;
            if (depth < 0)
            {
                return tokens[i - 1].Kind == TokenKind.Word && ConditionFunction.Find(tokens[i - 1].Value) is { } function ? (function, i) : null;
            }
        }
        return null;
    }

    /// <summary>The function whose brackets close at a token.</summary>
    static ConditionFunction? Before(List<Token> tokens, int close)
    {
        var depth = 0;
        for (var i = close; i > 0; i--)
        {
            depth += tokens[i].Kind == TokenKind.Close ? 1 : tokens[i].Kind == TokenKind.Open ? -1 : 0;
            if (depth == 0)
            {
                return tokens[i - 1].Kind == TokenKind.Word ? ConditionFunction.Find(tokens[i - 1].Value) : null;
            }
        }
        return null;
    }

    static string Written(Token token) => (token.Kind == TokenKind.Quoted ? ExpressionTokens.Quote(token.Value) : token.Value) + " ";

    sealed record Word(string Insert, string Label, string Says, string Kind);
}
