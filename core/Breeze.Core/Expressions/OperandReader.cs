using System.Globalization;

namespace Breeze.Core.Expressions;

/// <summary>Reads the value on the right of an operator as its field wants it.</summary>
sealed class OperandReader(TokenStream tokens)
{
    static readonly TimeSpan MaximumSpan = TimeSpan.FromDays(36_525);

    public IReadOnlyList<Operand> ReadList(ExpressionField field, Token op)
    {
        if (field.Type is FieldType.Boolean or FieldType.Time or FieldType.Age)
        {
            throw ExpressionException.At(op, $"`{field.Name}` is not compared with a list.", OperatorCheck.Operators(field)[0]);
        }
        var open = tokens.Current;
        if (!tokens.TryTake(TokenKind.Open))
        {
            throw ExpressionException.At(open, $"After `{op.Value}` follows a list: (\"a\", \"b\").");
        }
        List<Operand> list = [];
        do
        {
            if (list.Count == ExpressionLimits.ListValues)
            {
                throw ExpressionException.At(tokens.Current, $"A list has at most {ExpressionLimits.ListValues} values.");
            }
            list.Add(Read(field, Comparison.In));
        }
        while (tokens.TryTake(TokenKind.Comma));
        if (!tokens.TryTake(TokenKind.Close))
        {
            throw tokens.Current.Kind == TokenKind.End ? ExpressionException.At(open, "This list is not closed.", ")")
                : ExpressionException.At(tokens.Current, $"Values of a list are set apart by commas; “{tokens.Current.Value}” stands in the way.", ",");
        }
        return list.Select(o => o.GetType()).Distinct().Count() == 1 ? list
            : throw ExpressionException.At(open, "The values of this list are of different kinds. Put texts in quotes.");
    }

    public Operand Read(ExpressionField field, Comparison comparison)
    {
        var token = tokens.Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.Quoted))
        {
            throw ExpressionException.At(token, token.Kind == TokenKind.End ? "The expression ends where a value should follow." : $"A value should stand here, not “{token.Value}”.");
        }
        tokens.Take();
        if (comparison == Comparison.Matches)
        {
            return Pattern(token);
        }
        if (comparison is Comparison.Contains or Comparison.StartsWith)
        {
            return Text(token);
        }
        return field.Type switch
        {
            FieldType.Text => Choice(field, token),
            FieldType.Version => Version(token),
            FieldType.Any => Any(token, comparison),
            FieldType.Boolean => Boolean(field, token),
            FieldType.Time => Time(field, token),
            FieldType.Age => TrySpan(token, out var age, out var written) ? new AgeOperand(age, written) : throw WantsAge(field, token),
            FieldType.Size => Size(field, token),
            FieldType.Duration => Duration(field, token),
            _ => Number(field, token),
        };
    }

    static PatternOperand Pattern(Token token)
    {
        if (token.Kind != TokenKind.Quoted || token.Value.Length == 0)
        {
            throw ExpressionException.At(token, "A pattern goes in quotes: matches \"^web-\\d+$\".");
        }
        var (pattern, error, at) = TextPattern.Read(token.Value);
        return pattern is not null ? new(pattern, ExpressionTokens.Quote(token.Value))
            : throw new ExpressionException(new(Math.Min(token.Start + 2 + at, token.End), 1, error!));
    }

    static TextOperand Text(Token token) => token.Value.Length > 0 ? new(FoldedText.Of(token.Value), ExpressionTokens.Quote(token.Value))
        : throw ExpressionException.At(token, "Between the quotes is nothing. To ask whether there is a value, write `is empty`.", "is empty");

    static TextOperand Choice(ExpressionField field, Token token)
    {
        var text = Text(token);
        if (field.Values.Count == 0 || field.Values.Contains(text.Folded))
        {
            return text;
        }
        var near = Spelling.Nearest(token.Value, field.Values);
        throw ExpressionException.At(token, $"`{field.Name}` is never “{token.Value}”. {(near is null ? $"It is one of: {string.Join(", ", field.Values)}." : $"Did you mean \"{near}\"?")}", near is null ? null : ExpressionTokens.Quote(near));
    }

    static VersionOperand Version(Token token) => VersionKey.Of(token.Value) is { } key
        ? new(key, token.Kind == TokenKind.Word ? token.Value : ExpressionTokens.Quote(token.Value))
        : throw ExpressionException.At(token, $"“{token.Value}” is no version: it has no digit.");

    Operand Any(Token token, Comparison comparison)
    {
        if (token.Kind == TokenKind.Word && char.IsAsciiDigit(token.Value.TrimStart('-').FirstOrDefault()))
        {
            if (LiteralText.TryNumber(token.Value, out var number))
            {
                return new NumberOperand(number, token.Value);
            }
            if (token.Value.Count(c => c == '.') > 1 && VersionKey.Of(token.Value) is { } key)
            {
                return new VersionOperand(key, token.Value);
            }
        }
        return comparison is Comparison.Equal or Comparison.NotEqual or Comparison.In ? Text(token)
            : throw ExpressionException.At(token, "A custom field is ordered by number or version, without quotes: custom.rack > 4, custom.firmware < 2.10.1.");
    }

    static NumberOperand Boolean(ExpressionField field, Token token) => token.Value.ToLowerInvariant() switch
    {
        "true" or "yes" => new(1, "true"),
        "false" or "no" => new(0, "false"),
        _ => throw ExpressionException.At(token, $"`{field.Name}` is true or false.", "true"),
    };

    Operand Time(ExpressionField field, Token token)
    {
        if (token.Is("now"))
        {
            return new TimeOperand(null, TimeSpan.Zero, "now");
        }
        if (TrySpan(token, out var span, out var written))
        {
            return tokens.TryTake("ago") ? new TimeOperand(null, span, written + " ago")
                : throw ExpressionException.At(token, $"`{field.Name}` is a moment. Did you mean {written} ago?", written + " ago");
        }
        return LiteralText.TryTime(token.Value, out var at) ? new TimeOperand(at, default, LiteralText.Write(at))
            : throw ExpressionException.At(token, $"`{field.Name}` is a moment: 7d ago, now, 2026-01-31 or 2026-01-31T18:00.", "7d ago");
    }

    NumberOperand Size(ExpressionField field, Token token)
    {
        if (LiteralText.TrySize(token.Value, out var bytes, out var written))
        {
            return new(bytes, written);
        }
        if (LiteralText.TryNumber(token.Value, out var number))
        {
            if (tokens.Current.Kind == TokenKind.Word && LiteralText.TrySize(token.Value + tokens.Current.Value, out bytes, out written))
            {
                tokens.Take();
                return new(bytes, written);
            }
            return new(number, token.Value);
        }
        throw ExpressionException.At(token, $"`{field.Name}` is a size: 4 GiB, 500 MB, or a number of bytes.");
    }

    NumberOperand Duration(ExpressionField field, Token token) =>
        TrySpan(token, out var span, out var written) ? new(span.TotalSeconds, written)
        : LiteralText.TryNumber(token.Value, out var seconds) ? new(seconds, token.Value)
        : throw ExpressionException.At(token, $"`{field.Name}` is a length of time: 90s, 15m, 2h, 7d.");

    static NumberOperand Number(ExpressionField field, Token token)
    {
        var isPercent = token.Value.EndsWith('%');
        if (LiteralText.TryNumber(isPercent ? token.Value[..^1] : token.Value, out var number))
        {
            if (!isPercent)
            {
                return new(number, token.Value);
            }
            if (field.Type is FieldType.Percent or FieldType.Ratio)
            {
                return new(field.Type == FieldType.Ratio ? number / 100 : number, token.Value);
            }
        }
        throw ExpressionException.At(token, field.Type switch
        {
            FieldType.Percent => $"`{field.Name}` is a percentage: write a number such as 90 or 90%.",
            FieldType.Ratio => $"`{field.Name}` lies between 0 and 1: write a number such as 0.9, or 90%.",
            _ => $"`{field.Name}` is a number; “{token.Value}” is none.",
        });
    }

    /// <summary>A length of time, whose unit may stand apart: <c>7d</c>, <c>1h30m</c>, <c>7 days</c>.</summary>
    bool TrySpan(Token token, out TimeSpan span, out string written)
    {
        if (LiteralText.TrySpan(token.Value, out span))
        {
            written = LiteralText.Write(span);
        }
        else if (LiteralText.TryNumber(token.Value, out _) && tokens.Current.Kind == TokenKind.Word && LiteralText.TrySpan(token.Value + tokens.Current.Value, out span))
        {
            tokens.Take();
            written = LiteralText.Write(span);
        }
        else
        {
            written = "";
            return false;
        }
        return span <= MaximumSpan ? true : throw ExpressionException.At(token, "That is more than a hundred years.");
    }

    static ExpressionException WantsAge(ExpressionField field, Token token) => ExpressionException.At(token,
        $"`{field.Name}` is a length of time, with its unit: 90s, 15m, 2h, 7d.", LiteralText.TryNumber(token.Value, out _) ? string.Create(CultureInfo.InvariantCulture, $"{token.Value}d") : "7d");
}
