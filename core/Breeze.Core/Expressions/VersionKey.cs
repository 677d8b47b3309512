using System.Text;

namespace Breeze.Core.Expressions;

/// <summary>
/// A text that sorts by ordinal as the version does; the twin of <c>breeze_version_key</c> in SQL. Numbers compare as numbers, pre-releases come before
/// their release, packagers' revisions after it, an epoch before all; zeros at the end count for nothing, so that 3.0 is 3.0.0.
/// </summary>
public static class VersionKey
{
    const int Maximum = 100;

    /// <summary>Null for a text without a digit, which is no version.</summary>
    public static string? Of(string? version)
    {
        if (version is null)
        {
            return null;
        }
        var text = Lower(version);
        var position = 0;
        var epoch = "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && text.AsSpan(0, colon).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            epoch = text[..colon];
            position = colon + 1;
        }
        if (position < text.Length - 1 && text[position] == 'v' && char.IsAsciiDigit(text[position + 1]))
        {
            position++;
        }
        if (text.AsSpan(position).IndexOfAnyInRange('0', '9') < 0)
        {
            return null;
        }
        var key = new StringBuilder();
        Number(key, epoch);
        var zeros = 0;
        while (position < text.Length)
        {
            var c = text[position];
            var start = position++;
            if (char.IsAsciiDigit(c))
            {
                while (position < text.Length && char.IsAsciiDigit(text[position]))
                {
                    position++;
                }
                var digits = text[start..position].TrimStart('0');
                if (digits.Length == 0)
                {
                    zeros++;
                    continue;
                }
                for (; zeros > 0; zeros--)
                {
                    Number(key, "");
                }
                Number(key, digits);
            }
            else if (char.IsAsciiLetterLower(c))
            {
                while (position < text.Length && char.IsAsciiLetterLower(text[position]))
                {
                    position++;
                }
                zeros = 0;
                var word = text[start..position];
                key.Append(Rank(word, position < text.Length && char.IsAsciiDigit(text[position])) is { } rank ? "2" + rank : $"5{word}!");
            }
            else if (c == '~')
            {
                zeros = 0;
                key.Append('1');
            }
            else if (c is '-' or '+' && position < text.Length && char.IsAsciiDigit(text[position]))
            {
                zeros = 0;
                key.Append('4');
            }
        }
        return key.Append('3').ToString();
    }

    static void Number(StringBuilder key, string digits)
    {
        digits = digits.TrimStart('0');
        key.Append('6').Append((char)('0' + (digits.Length / 100))).Append((char)('0' + (digits.Length / 10 % 10))).Append((char)('0' + (digits.Length % 10))).Append(digits);
    }

    /// <summary>The order among pre-releases; null for a word that is none. A lone <c>a</c> or <c>b</c> is one only before a number: 1.1.1a is a release.</summary>
    static char? Rank(string word, bool beforeNumber) => word switch
    {
        "dev" or "snapshot" or "nightly" or "canary" => '0',
        "alpha" => '1',
        "beta" => '2',
        "a" when beforeNumber => '1',
        "b" when beforeNumber => '2',
        "milestone" => '3',
        "pre" or "preview" or "ea" => '4',
        "rc" or "cr" => '5',
        _ => null,
    };

    /// <summary>ASCII alone, and its first characters: what follows decides nothing. Characters are counted as the database counts them.</summary>
    static string Lower(string version)
    {
        var builder = new StringBuilder(Maximum);
        var count = 0;
        foreach (var rune in version.EnumerateRunes())
        {
            if (count++ == Maximum)
            {
                break;
            }
            builder.Append(rune.IsAscii ? char.ToLowerInvariant((char)rune.Value) : ' ');
        }
        return builder.ToString();
    }
}
