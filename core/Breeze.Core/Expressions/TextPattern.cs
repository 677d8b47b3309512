using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Breeze.Core.Expressions;

/// <summary>
/// A regular expression of the part of the syntax that .NET and PostgreSQL share. It is read here and written anew for each of them, character by
/// character, so that both find the same; neither goes back on what it has read, so that none is slow. Case does not count.
/// </summary>
sealed class TextPattern
{
    const int MaximumDepth = 20;
    const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    readonly StringBuilder _net = new();
    readonly StringBuilder _sql = new();
    readonly string _text;
    int _position;

    TextPattern(string text) => _text = text;

    /// <summary>For the <c>~</c> operator on folded text.</summary>
    public string Sql => _sql.ToString();

    public Regex Regex => field ??= new Regex(_net.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));

    /// <summary>Reads a pattern; null and what is wrong, with its place, when it is none.</summary>
    public static (TextPattern? Pattern, string? Error, int At) Read(string text)
    {
        if (text.Length > ExpressionLimits.PatternCharacters)
        {
            return (null, $"A pattern has at most {ExpressionLimits.PatternCharacters} characters.", 0);
        }
        var pattern = new TextPattern(text);
        try
        {
            pattern.Alternatives(0);
            return pattern._position == text.Length ? (pattern, null, 0) : (null, "This bracket of the pattern closes none. Write \\) for the character.", pattern._position);
        }
        catch (FormatException e)
        {
            return (null, e.Message, pattern._position);
        }
    }

    /// <summary>Answers how often, at most, a part of it is repeated by number.</summary>
    int Alternatives(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new FormatException($"The brackets of a pattern go at most {MaximumDepth} deep.");
        }
        var times = Sequence(depth);
        while (Take('|'))
        {
            Write("|");
            times = Math.Max(times, Sequence(depth));
        }
        return times;
    }

    int Sequence(int depth)
    {
        var times = 1;
        while (_position < _text.Length && _text[_position] is not ('|' or ')'))
        {
            times = Math.Max(times, Part(depth));
        }
        return times;
    }

    int Part(int depth)
    {
        var (net, sql) = (_net.Length, _sql.Length);
        var times = Atom(depth);
        var (minimum, maximum) = Repeat();
        if (minimum < 0)
        {
            return Math.Max(times, 1);
        }
        if (times == 0)
        {
            throw new FormatException("There is nothing to repeat here. Write \\ before the character to search for it.");
        }
        times *= Math.Max(Math.Max(maximum, minimum), 1);
        if (times > ExpressionLimits.PatternRepeats)
        {
            throw new FormatException($"The repetitions of a pattern go to {ExpressionLimits.PatternRepeats} at most, nested ones multiplied.");
        }
        _net.Insert(net, "(?:");
        _sql.Insert(sql, "(?:");
        Write((minimum, maximum) switch
        {
            (0, -1) => ")*",
            (1, -1) => ")+",
            (0, 1) => ")?",
            (_, -1) => string.Create(CultureInfo.InvariantCulture, $"){{{minimum},}}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"){{{minimum},{maximum}}}"),
        });
        return times;
    }

    /// <summary>Answers how often a part of it is repeated by number; 0 for an anchor, which cannot be repeated.</summary>
    int Atom(int depth)
    {
        var c = _text[_position];
        switch (c)
        {
            case '(':
                _position++;
                if (_position < _text.Length && _text[_position] == '?' && !Take("?:"))
                {
                    throw new FormatException("Patterns know groups as ( ) and (?: ), no look-around and no options.");
                }
                Write("(?:");
                var times = Alternatives(depth + 1);
                if (!Take(')'))
                {
                    throw new FormatException("A bracket of the pattern is not closed. Write \\( for the character.");
                }
                Write(")");
                return times;
            case '[':
                _position++;
                Class();
                return 1;
            case '.':
                _position++;
                _net.Append(CultureInfo.InvariantCulture, $@"(?:{Pair}|[^\uD800-\uDFFF])");
                _sql.Append('.');
                return 1;
            case '^':
                _position++;
                _net.Append(@"\A");
                _sql.Append('^');
                return 0;
            case '$':
                _position++;
                _net.Append(@"\z");
                _sql.Append('$');
                return 0;
            case '*' or '+' or '?' or '{':
                throw new FormatException("There is nothing to repeat here. Write \\ before the character to search for it.");
            case '\\' when Shorthand(out var ranges, out var negated):
                WriteClass(ranges, negated);
                return 1;
            default:
                WriteCharacter(FoldedText.Of(c == '\\' ? Escaped() : Character()));
                return 1;
        }
    }

    (int Minimum, int Maximum) Repeat()
    {
        if (_position == _text.Length)
        {
            return (-1, -1);
        }
        var result = (-1, -1);
        if (Take('*'))
        {
            result = (0, -1);
        }
        else if (Take('+'))
        {
            result = (1, -1);
        }
        else if (Take('?'))
        {
            result = (0, 1);
        }
        else if (Take('{'))
        {
            var minimum = Digits();
            var maximum = !Take(',') ? minimum : _position < _text.Length && _text[_position] == '}' ? -1 : Digits();
            if (!Take('}') || (maximum >= 0 && maximum < minimum))
            {
                throw new FormatException("A repetition is written {2}, {2,} or {2,5}. Write \\{ for the character.");
            }
            result = (minimum, maximum);
        }
        if (result.Item1 >= 0 && _position < _text.Length && _text[_position] is '?' or '*' or '+' or '{')
        {
            throw new FormatException("One repetition follows another. Whether it is greedy makes no difference here.");
        }
        return result;
    }

    int Digits()
    {
        var start = _position;
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position]) && _position - start < 4)
        {
            _position++;
        }
        if (start == _position)
        {
            throw new FormatException("A repetition is written {2}, {2,} or {2,5}. Write \\{ for the character.");
        }
        return int.Parse(_text.AsSpan(start, _position - start), CultureInfo.InvariantCulture);
    }

    void Class()
    {
        var ranges = new List<(int From, int To)>();
        var negated = Take('^');
        var first = true;
        while (true)
        {
            if (_position == _text.Length)
            {
                throw new FormatException("A set of characters is not closed with ]. Write \\[ for the character.");
            }
            if (Take(']') && !first)
            {
                break;
            }
            if (first && _text[_position - 1] == ']')
            {
                throw new FormatException("A set of characters is empty. Write \\] for the character.");
            }
            first = false;
            if (_text[_position] == '[')
            {
                throw new FormatException("Write \\[ for a bracket within a set of characters.");
            }
            if (_text[_position] == '\\' && Shorthand(out var shorthand, out var inverse))
            {
                if (inverse)
                {
                    throw new FormatException("\\D, \\W and \\S do not stand within a set of characters. Write [^…] instead.");
                }
                ranges.AddRange(shorthand);
                continue;
            }
            var from = _text[_position] == '\\' ? Escaped() : Character();
            var to = from;
            if (_position + 1 < _text.Length && _text[_position] == '-' && _text[_position + 1] != ']')
            {
                _position++;
                to = _text[_position] == '\\' ? Escaped() : Character();
            }
            if (!from.IsBmp || !to.IsBmp || to.Value - from.Value is < 0 or > 1000)
            {
                throw new FormatException("A range of characters runs upwards, over 1,000 characters at most and none beyond U+FFFF.");
            }
            for (var value = from.Value; value <= to.Value; value++)
            {
                if (Rune.IsValid(value) && FoldedText.Of(new Rune(value)) is { IsBmp: true } folded)
                {
                    ranges.Add((folded.Value, folded.Value));
                }
            }
        }
        WriteClass(ranges, negated);
    }

    /// <summary>The classes of ASCII: the two engines disagree about the rest.</summary>
    bool Shorthand(out List<(int From, int To)> ranges, out bool negated)
    {
        ranges = (_position + 1 < _text.Length ? _text[_position + 1] : ' ') switch
        {
            'd' or 'D' => [('0', '9')],
            'w' or 'W' => [('0', '9'), ('_', '_'), ('a', 'z')],
            's' or 'S' => [('\t', '\r'), (' ', ' ')],
            _ => [],
        };
        negated = ranges.Count > 0 && char.IsAsciiLetterUpper(_text[_position + 1]);
        _position += ranges.Count > 0 ? 2 : 0;
        return ranges.Count > 0;
    }

    Rune Escaped()
    {
        _position++;
        if (_position == _text.Length)
        {
            throw new FormatException("A pattern cannot end with a backslash. Write \\\\ for the character.");
        }
        var c = _text[_position];
        if (char.IsAsciiLetterOrDigit(c))
        {
            if (c is 't' or 'n' or 'r')
            {
                _position++;
                return new Rune(c == 't' ? '\t' : c == 'n' ? '\n' : '\r');
            }
            throw new FormatException($"Patterns do not know \\{c}. They know \\d \\w \\s \\D \\W \\S \\t \\n \\r, and a backslash before any sign.");
        }
        return Character();
    }

    Rune Character()
    {
        var rune = Rune.GetRuneAt(_text, _position);
        _position += rune.Utf16SequenceLength;
        return rune;
    }

    bool Take(char c)
    {
        var taken = _position < _text.Length && _text[_position] == c;
        _position += taken ? 1 : 0;
        return taken;
    }

    bool Take(string text)
    {
        var taken = string.CompareOrdinal(_text, _position, text, 0, text.Length) == 0;
        _position += taken ? text.Length : 0;
        return taken;
    }

    void Write(string both)
    {
        _net.Append(both);
        _sql.Append(both);
    }

    void WriteCharacter(Rune rune)
    {
        if (rune.IsBmp)
        {
            var escaped = Escape(rune.Value);
            Write(escaped);
            return;
        }
        Span<char> pair = stackalloc char[2];
        rune.EncodeToUtf16(pair);
        _net.Append(CultureInfo.InvariantCulture, $"(?:{Escape(pair[0])}{Escape(pair[1])})");
        _sql.Append(CultureInfo.InvariantCulture, $@"\U{rune.Value:X8}");
    }

    void WriteClass(List<(int From, int To)> ranges, bool negated)
    {
        var set = string.Concat(ranges.Distinct().Select(r => r.From == r.To ? Escape(r.From) : $"{Escape(r.From)}-{Escape(r.To)}"));
        _net.Append(negated ? $@"(?:{Pair}|[^\uD800-\uDFFF{set}])" : $"[{set}]");
        _sql.Append(negated ? $"[^{set}]" : $"[{set}]");
    }

    static string Escape(int value) => value < 128 && char.IsAsciiLetterOrDigit((char)value) ? ((char)value).ToString() : $@"\u{value:X4}";
}
