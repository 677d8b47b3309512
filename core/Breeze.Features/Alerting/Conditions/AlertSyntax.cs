using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>What alert conditions say beyond expressions about devices: how long, and that a device is offline.</summary>
sealed class AlertSyntax(ExpressionCatalog catalog) : ExpressionExtension
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // Every one of them looks at a window of time. Accepting what nothing evaluates would be a rule that never fires.
    static readonly string[] Absent = ["avg", "min", "max", "rate", "absent", "forecast", "baseline", "event", "script", "compliance"];

    public override Node? TryRead(TokenStream tokens)
    {
        var token = tokens.Current;
        if (tokens.Next.Kind == TokenKind.Open && Absent.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw ExpressionException.At(token, $"`{token.Value}(…)` is not there in this version: a condition compares the newest reading, with `for` when it must hold continuously, and what is known of the device.");
        }
        if (!token.Is("offline") || tokens.Next.Kind == TokenKind.Operator)
        {
            return null;
        }
        tokens.Take();
        return new OfflineNode(new TestNode(catalog.Find("status")!, FieldArguments.None, Comparison.Equal, [new TextOperand("offline", "\"offline\"")]));
    }

    public override Node Follow(Node node, Token start, TokenStream tokens)
    {
        if (node is NotNode { Inner: TestNode { Comparison: Comparison.Present } missing } && ReadingFields.IsReading(missing.Field) || node is TestNode { Comparison: Comparison.Present } present && ReadingFields.IsReading(present.Field))
        {
            throw ExpressionException.At(start, "A reading that is not there says nothing, so a condition cannot ask for it. Compare its value.");
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
        var token = tokens.Take();
        if (!LiteralText.TrySpan(token.Value, out var span)
            && !(LiteralText.TryNumber(token.Value, out _) && tokens.Current.Kind == TokenKind.Word && LiteralText.TrySpan(token.Value + tokens.Current.Value, out span) && tokens.Take() is not null))
        {
            throw ExpressionException.At(token, "After `for` follows a length of time with its unit: 90s, 15m, 2h.", LiteralText.TryNumber(token.Value, out _) ? $"{token.Value}m" : "15m");
        }
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
