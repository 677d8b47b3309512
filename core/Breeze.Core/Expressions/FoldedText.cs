using System.Globalization;
using System.Text;

namespace Breeze.Core.Expressions;

/// <summary>Text without case: what <c>lower(x COLLATE "pg_c_utf8")</c> answers in PostgreSQL, so that both back ends compare alike.</summary>
public static class FoldedText
{
    public const string Collation = "COLLATE \"pg_c_utf8\"";

    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            builder.Append(Of(rune));
        }
        return builder.ToString();
    }

    /// <summary>The runtime leaves two letters alone for which Unicode has a simple lower case.</summary>
    public static Rune Of(Rune rune) => rune.Value switch
    {
        0x130 => new Rune('i'),
        _ => Rune.ToLower(rune, CultureInfo.InvariantCulture),
    };
}
