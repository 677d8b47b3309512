using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>What alert conditions say beyond expressions about devices: how long, that a device is offline, and what its readings, logs, policies and scripts were.</summary>
sealed class AlertSyntax(ExpressionCatalog catalog) : ExpressionExtension
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    readonly FunctionReader _functions = new(catalog);

    public override Node? TryRead(TokenStream tokens)
    {
        var token = tokens.Current;
        if (token.Is("absent") && tokens.Next.Kind == TokenKind.Open)
        {
            return _functions.ReadAbsent(tokens);
        }
        if (!token.Is("offline") || tokens.Next.Kind == TokenKind.Operator)
        {
            return null;
        }
        tokens.Take();
        return new OfflineNode(new TestNode(catalog.Find("status")!, FieldArguments.None, Comparison.Equal, [new TextOperand("offline", "\"offline\"")]));
    }

    public override ExpressionField? TryReadField(TokenStream tokens) => _functions.TryRead(tokens);

    public override Node Follow(Node node, Token start, TokenStream tokens)
    {
        if (node is NotNode { Inner: TestNode { Comparison: Comparison.Present } missing } && ReadingFields.IsMeasured(missing.Field) || node is TestNode { Comparison: Comparison.Present } present && ReadingFields.IsMeasured(present.Field))
        {
            throw ExpressionException.At(start, "A reading that is not there says nothing, so a condition cannot ask for it. Compare its value; `absent(…)` holds when it is missing from a device that checks in.");
        }
        var word = tokens.Current;
        if (!tokens.TryTake("for"))
        {
            return node;
        }
        if (HasDuration(node))
        {
            throw ExpressionException.At(word, "Inside this bracket stands another `for`. Give a duration to each part, or one to the whole.");
        }
        var token = tokens.Current;
        var span = FunctionReader.Span(tokens, "After `for` follows a length of time with its unit: 90s, 15m, 2h.", "15m");
        return span < Shortest || span > Longest ? throw ExpressionException.At(token, "A duration is at least one second and at most 30 days.") : new ForNode(node, span, LiteralText.Write(span));
    }

    public override string? Meant(string name) => name.ToLowerInvariant() switch
    {
        "disk.percent" => "disk.used_percent",
        "service" => "services",
        _ => null,
    };

    static bool HasDuration(Node node) => node switch
    {
        AndNode and => and.Parts.Any(HasDuration),
        OrNode or => or.Parts.Any(HasDuration),
        NotNode not => HasDuration(not.Inner),
        _ => node is ForNode,
    };
}
