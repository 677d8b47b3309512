using System.Globalization;
using System.Text;

namespace Breeze.Core.Transport;

/// <summary>Text that an agent sent, made safe to store and to show in one line.</summary>
public static class AgentText
{
    /// <summary>Removes control, formatting and unpaired surrogate characters, trims, and cuts at a length.</summary>
    public static string Clean(string text, int maximum)
    {
        var clean = true;
        foreach (var c in text)
        {
            clean &= char.IsAscii(c) && !char.IsControl(c);
        }
        if (!clean)
        {
            var builder = new StringBuilder(text.Length);
            foreach (var rune in text.EnumerateRunes())
            {
                if (rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
                {
                    builder.Append(rune);
                }
            }
            text = builder.ToString();
        }
        text = text.Trim();
        return text.Length <= maximum ? text : Cut(text, maximum);
    }

    static string Cut(string text, int maximum) => text[..(char.IsHighSurrogate(text[maximum - 1]) ? maximum - 1 : maximum)];

    /// <summary>Output of a command: PostgreSQL's text holds no NUL.</summary>
    public static string CleanOutput(string text, int maximum)
    {
        text = text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "\uFFFD", StringComparison.Ordinal) : text;
        return text.Length <= maximum ? text : Cut(text, maximum) + "\n[truncated by the server]\n";
    }
}
