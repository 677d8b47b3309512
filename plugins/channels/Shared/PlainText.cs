using System.Text;

namespace Breeze.Channels;

/// <summary>Text that anybody may have written, made harmless to handle, and cut without breaking anything.</summary>
static class PlainText
{
    public const string Ellipsis = "…";

    /// <summary>Without control characters, direction overrides and halves of characters; line ends become <c>\n</c>, or spaces in one line.</summary>
    public static string Clean(string? text, int most, bool oneLine = false)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // What is far beyond the limit is not even looked at.
        var source = text.Length > most * 2 ? text.AsSpan(0, most * 2) : text.AsSpan();
        var clean = new StringBuilder(source.Length);
        foreach (var rune in source.EnumerateRunes())
        {
            if (rune.Value == '\r')
                continue;
            if (rune.Value is '\n' or '\u2028' or '\u2029' or '\u0085')
                clean.Append(oneLine ? ' ' : '\n');
            else if (rune.Value == '\t')
                clean.Append(' ');
            else if (!Rune.IsControl(rune) && rune.Value is not (>= 0x202A and <= 0x202E) and not (>= 0x2066 and <= 0x2069))
                clean.Append(rune);
        }
        return Cut(clean.ToString().Trim(), most);
    }

    /// <summary>At most so many UTF-16 units, the sign of the cut included.</summary>
    public static string Cut(string text, int most, string ellipsis = Ellipsis) => text.Length <= most ? text : CutEscaped(text, most, static rune => null, ellipsis);

    /// <summary>Escapes, and cuts the text so that the escaped one has at most so many units and no escape is broken.</summary>
    /// <param name="escape">What stands for a character; null for itself.</param>
    public static string CutEscaped(string text, int most, Func<Rune, string?> escape, string ellipsis = Ellipsis)
    {
        var result = new StringBuilder(Math.Min(text.Length + 16, most));
        // How much there was when the sign of the cut still fitted.
        var safe = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var mark = result.Length;
            if (escape(rune) is { } instead)
                result.Append(instead);
            else
                result.Append(rune);
            if (result.Length > most)
                return result.ToString(0, safe) + ellipsis;
            if (result.Length <= most - ellipsis.Length)
                safe = result.Length;
            else if (mark <= most - ellipsis.Length)
                safe = mark;
        }
        return result.ToString();
    }

    /// <summary>At most so many bytes of UTF-8.</summary>
    public static string CutBytes(string text, int most)
    {
        if (Encoding.UTF8.GetByteCount(text) <= most)
            return text;
        var (bytes, end) = (3, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > most)
                break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end] + Ellipsis;
    }
}
