using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>Reads the functions that only conditions have, up to the comparison behind them.</summary>
sealed class FunctionReader(ExpressionCatalog catalog)
{
    static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);
    static readonly TimeSpan LongestForecast = TimeSpan.FromDays(30);

    static readonly Dictionary<string, WindowKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["avg"] = WindowKind.Average, ["min"] = WindowKind.Least, ["max"] = WindowKind.Greatest, ["rate"] = WindowKind.Rate, ["forecast"] = WindowKind.Forecast, ["baseline"] = WindowKind.Baseline,
    };

    public ExpressionField? TryRead(TokenStream tokens)
    {
        if (tokens.Next.Kind != TokenKind.Open || tokens.Current.Kind != TokenKind.Word)
        {
            return null;
        }
        var token = tokens.Current;
        return token.Value.ToLowerInvariant() switch
        {
            "event" => EventReader.Read(tokens),
            "compliance" => OutcomeFields.Compliance(Name(tokens, "The policy's name goes in the brackets: compliance(\"Windows baseline\") = \"failed\".")),
            "script" => OutcomeFields.Script(Name(tokens, "The script's name goes in the brackets: script(\"check-backup\") != 0.")),
            var name => Kinds.TryGetValue(name, out var kind) ? Window(tokens, token, name, kind) : null,
        };
    }

    public AbsentNode ReadAbsent(TokenStream tokens)
    {
        var token = tokens.Take();
        var open = tokens.Take();
        var (field, labels, written) = Measured(tokens, token, "absent");
        Close(tokens, open);
        var online = new TestNode(catalog.Find("status")!, FieldArguments.None, Comparison.Equal, [new TextOperand("online", "\"online\"")]);
        return new(written, new AndNode([online, new NotNode(new TestNode(field, new(null, labels), Comparison.Present, []))]));
    }

    /// <summary>A length of time with its unit, which may stand apart.</summary>
    public static TimeSpan Span(TokenStream tokens, string message, string suggestion)
    {
        var token = tokens.Take();
        return LiteralText.TrySpan(token.Value, out var span)
            || (LiteralText.TryNumber(token.Value, out _) && tokens.Current.Kind == TokenKind.Word && LiteralText.TrySpan(token.Value + tokens.Current.Value, out span) && tokens.Take() is not null)
            ? span : throw ExpressionException.At(token, message, LiteralText.TryNumber(token.Value, out _) ? $"{token.Value}m" : suggestion);
    }

    public static void Close(TokenStream tokens, Token open)
    {
        if (!tokens.TryTake(TokenKind.Close))
        {
            throw tokens.Current.Kind == TokenKind.End ? ExpressionException.At(open, "This bracket is not closed.", ")")
                : ExpressionException.At(tokens.Current, $"A closing bracket should stand here, not “{tokens.Current.Value}”.", ")");
        }
    }

    WindowField Window(TokenStream tokens, Token token, string name, WindowKind kind)
    {
        tokens.Take();
        var open = tokens.Take();
        var (field, labels, written) = Measured(tokens, token, name);
        Check(token, name, kind, field);
        var span = TimeSpan.Zero;
        if (kind != WindowKind.Baseline)
        {
            span = Length(tokens, name, kind, written);
            written += $", {LiteralText.Write(span)}";
        }
        Close(tokens, open);
        return new()
        {
            Name = $"{name}({written})", Type = kind == WindowKind.Baseline ? FieldType.Number : field.Type, Description = "", Kind = kind, Of = field, Labels = labels, Span = span,
            Example = $"{name}({written}) > {(kind == WindowKind.Baseline ? "3" : field.Type switch { FieldType.Percent => "90", FieldType.Ratio => "90%", FieldType.Size => "10 MB", FieldType.Duration => "10s", _ => "100" })}",
        };
    }

    static TimeSpan Length(TokenStream tokens, string name, WindowKind kind, string written)
    {
        var (longest, usual) = kind == WindowKind.Forecast ? (LongestForecast, "4d") : (LongestWindow, "10m");
        if (!tokens.TryTake(TokenKind.Comma))
        {
            throw ExpressionException.At(tokens.Current, $"Say how far {(kind == WindowKind.Forecast ? "ahead" : "back")}: {name}({written}, {usual}).", $", {usual}");
        }
        var start = tokens.Current;
        var span = Span(tokens, $"Here stands a length of time with its unit: {name}({written}, {usual}).", usual);
        return span < ShortestWindow || span > longest
            ? throw ExpressionException.At(start, $"`{name}` looks {(kind == WindowKind.Forecast ? "ahead" : "back")} one minute at least, and {LiteralText.Write(longest)} at most.", usual) : span;
    }

    static void Check(Token token, string name, WindowKind kind, ExpressionField field)
    {
        var isCounter = field is NumberField { IsCounter: true };
        if (kind == WindowKind.Rate && !isCounter)
        {
            throw ExpressionException.At(token, $"`{field.Name}` is no running total, so it has no rate. `avg`, `min` and `max` say how it was.", "avg");
        }
        if (isCounter && kind is WindowKind.Average or WindowKind.Least or WindowKind.Greatest && isCounter)
        {
            throw ExpressionException.At(token, $"`{field.Name}` is a running total, which says nothing by itself. `rate` says how fast it grows.", "rate");
        }
        if (kind == WindowKind.Baseline && field.Name == ReadingFields.DiskFree)
        {
            throw ExpressionException.At(token, "Ask for what is used: baseline(disk.used_percent) > 3.", "baseline(disk.used_percent)");
        }
    }

    (ExpressionField Field, IReadOnlyList<KeyValuePair<string, string>> Labels, string Written) Measured(TokenStream tokens, Token function, string name)
    {
        var token = tokens.Take();
        if (token.Is("metric") && tokens.Current.Kind == TokenKind.Open)
        {
            var (metric, arguments) = FieldArgumentReader.ReadMetric(tokens, catalog);
            return (metric, arguments.Labels, Write(metric, arguments.Labels));
        }
        if (token.Kind == TokenKind.Word && catalog.Find(token.Value) is { } field)
        {
            return ReadingFields.IsReading(field) ? (field, [], field.Name)
                : throw ExpressionException.At(token, $"`{field.Name}` is not measured with readings, so `{name}` has nothing to look at.");
        }
        var near = token.Kind == TokenKind.Word ? catalog.Nearest(token.Value) : null;
        throw ExpressionException.At(token.Kind == TokenKind.End ? function : token,
            $"In the brackets of `{name}` stands what is measured: cpu.percent, or metric(\"system.filesystem.utilization\", mountpoint = \"/\").{(near is null ? "" : $" Did you mean `{near}`?")}", near);
    }

    static string Write(ExpressionField field, IReadOnlyList<KeyValuePair<string, string>> labels) => labels.Count == 0 ? field.Name
        : $"metric({ExpressionTokens.Quote(field.Name)}{string.Concat(labels.Select(l => $", {l.Key} = {ExpressionTokens.Quote(l.Value)}"))})";

    static string Name(TokenStream tokens, string message)
    {
        tokens.Take();
        var open = tokens.Take();
        var token = tokens.Take();
        if (token.Kind is not (TokenKind.Word or TokenKind.Quoted) || token.Value.Trim().Length is 0 or > 200)
        {
            throw ExpressionException.At(token.Kind == TokenKind.End ? open : token, message);
        }
        Close(tokens, open);
        return token.Value.Trim();
    }
}
