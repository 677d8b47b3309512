using System.Text;
using Parlot;
using Parlot.Fluent;
using static Parlot.Fluent.Parsers;

namespace Breeze.Core.Expressions;

enum TokenKind
{
    /// <summary>A name, a keyword, a number, a version, a word: what it is depends on where it stands.</summary>
    Word,
    Quoted,
    Operator,
    Open,
    Close,
    Comma,
    End,
}

/// <param name="Value">What it means: a quoted text without its quotes.</param>
sealed record Token(TokenKind Kind, string Value, int Start, int End)
{
    public int Length => End - Start;

    public bool Is(string keyword) => Kind == TokenKind.Word && Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a text into tokens.</summary>
static class ExpressionTokens
{
    static readonly Parser<IReadOnlyList<Token>> Grammar = ZeroOrMany(SkipWhiteSpace(OneOf(
        Part(TokenKind.Quoted, QuotedLength),
        Part(TokenKind.Operator, OperatorLength),
        Part(TokenKind.Open, span => span[0] == '(' ? 1 : 0),
        Part(TokenKind.Close, span => span[0] == ')' ? 1 : 0),
        Part(TokenKind.Comma, span => span[0] == ',' ? 1 : 0),
        Part(TokenKind.Word, WordLength))));

    /// <summary>The tokens and, when it stopped before the end of the text, what is wrong there.</summary>
    public static (List<Token> Tokens, ExpressionError? Error) Read(string text)
    {
        List<Token> tokens = Grammar.TryParse(text, out var parsed) && parsed is not null ? [.. parsed] : [];
        var end = tokens.Count == 0 ? 0 : tokens[^1].End;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }
        var error = end == text.Length ? null
            : text[end] is '"' or '\'' ? new ExpressionError(end + 1, text.Length - end, "The quoted text that begins here has no closing quote.", text[end].ToString())
            : new ExpressionError(end + 1, 1, $"“{text[end]}” has no meaning here. Put text with such characters in quotes.");
        tokens.Add(new(TokenKind.End, "", text.Length, text.Length));
        return (tokens, error);
    }

    public static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark || "_.-:@/%+~#*$\\".Contains(c, StringComparison.Ordinal);

    static Parser<Token> Part(TokenKind kind, Func<ReadOnlySpan<char>, int> length) =>
        Literals.Scan(span => span.Length == 0 ? 0 : length(span)).Then((context, start, end, span) => Make(kind, span, start));

    static Token Make(TokenKind kind, TextSpan span, int start)
    {
        var raw = span.ToString() ?? "";
        return new(kind, kind == TokenKind.Quoted ? Unquote(raw) : raw, start, start + raw.Length);
    }

    static int QuotedLength(ReadOnlySpan<char> span)
    {
        if (span[0] is not ('"' or '\''))
        {
            return 0;
        }
        for (var i = 1; i < span.Length; i++)
        {
            if (span[i] == '\\' && i + 1 < span.Length && (span[i + 1] == '\\' || span[i + 1] == span[0]))
            {
                i++;
            }
            else if (span[i] == span[0])
            {
                return i + 1;
            }
        }
        return 0;
    }

    static int OperatorLength(ReadOnlySpan<char> span) => span[0] switch
    {
        '=' => span.Length > 1 && span[1] == '=' ? 2 : 1,
        '!' => span.Length > 1 && span[1] == '=' ? 2 : 0,
        '<' => span.Length > 1 && span[1] is '=' or '>' ? 2 : 1,
        '>' => span.Length > 1 && span[1] == '=' ? 2 : 1,
        _ => 0,
    };

    static int WordLength(ReadOnlySpan<char> span)
    {
        var length = 0;
        while (length < span.Length && IsWordCharacter(span[length]))
        {
            length++;
        }
        return length;
    }

    /// <summary>A backslash stands for itself, but before a quote or another backslash: a pattern is written as it is.</summary>
    static string Unquote(string raw)
    {
        var quote = raw[0];
        var builder = new StringBuilder(raw.Length);
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length - 1 && (raw[i + 1] == '\\' || raw[i + 1] == quote))
            {
                i++;
            }
            builder.Append(raw[i]);
        }
        return builder.ToString();
    }

    /// <summary>The shortest writing that reads as the text.</summary>
    public static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' || (text[i] == '\\' && (i + 1 == text.Length || text[i + 1] is '\\' or '"')))
            {
                builder.Append('\\');
            }
            builder.Append(text[i]);
        }
        return builder.Append('"').ToString();
    }
}
