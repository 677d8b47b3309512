namespace Breeze.Core.Devices;

/// <summary>
/// Orders versions as package managers do: numbers as numbers, an epoch first, and a tilde before nothing, so that <c>3.0.2 &lt; 3.0.15</c> and
/// <c>1.0~rc1 &lt; 1.0</c>.
/// </summary>
public sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (epochX, restX) = Epoch(x ?? "");
        var (epochY, restY) = Epoch(y ?? "");
        return epochX != epochY ? epochX.CompareTo(epochY) : CompareParts(restX, restY);
    }

    static int CompareParts(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        while (x.Length > 0 || y.Length > 0)
        {
            // What is no digit, letter by letter.
            while ((x.Length > 0 && !char.IsAsciiDigit(x[0])) || (y.Length > 0 && !char.IsAsciiDigit(y[0])))
            {
                var (left, right) = (Weight(x), Weight(y));
                if (left != right)
                {
                    return left.CompareTo(right);
                }
                x = x[1..];
                y = y[1..];
            }
            var numberX = Number(ref x);
            var numberY = Number(ref y);
            if (numberX.Length != numberY.Length)
            {
                return numberX.Length.CompareTo(numberY.Length);
            }
            if (numberX.SequenceCompareTo(numberY) is not 0 and var order)
            {
                return order;
            }
        }
        return 0;
    }

    /// <summary>A tilde sorts before the end, the end before letters, letters before everything else.</summary>
    static int Weight(ReadOnlySpan<char> text) => text.Length == 0 || char.IsAsciiDigit(text[0]) ? 0 : text[0] == '~' ? -1 : char.IsAsciiLetter(text[0]) ? text[0] : text[0] + 256;

    /// <summary>The digits at the start, without zeros in front.</summary>
    static ReadOnlySpan<char> Number(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits.TrimStart('0');
    }

    static (int Epoch, string Tail) Epoch(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        return colon is > 0 and < 9 && int.TryParse(version.AsSpan(0, colon), out var epoch) ? (epoch, version[(colon + 1)..]) : (0, version);
    }
}
