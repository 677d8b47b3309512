using System.Buffers;
using System.Globalization;
using System.Text;

namespace Breeze.Core.Expressions;

/// <summary>Numbers, sizes, lengths of time and dates as people write them.</summary>
static class LiteralText
{
    static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    static readonly string[] TimeFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    static readonly (string Unit, double Bytes)[] SizeUnits =
    [
        ("b", 1), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("pb", 1e15),
        ("kib", 1024), ("mib", 1048576), ("gib", 1073741824), ("tib", 1099511627776), ("pib", 1125899906842624),
    ];

    static readonly string[] SizeNames = ["B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static bool TryNumber(string text, out double number)
    {
        number = 0;
        return text.Length is > 0 and <= 30 && (char.IsAsciiDigit(text[0]) || text[0] == '-') && text.AsSpan().TrimStart('-').IndexOfAnyExcept(NumberCharacters) < 0
            && char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    public static bool TrySize(string text, out double bytes, out string written)
    {
        (bytes, written) = (0, "");
        var split = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (split <= 0 || !TryNumber(text[..split], out var number))
        {
            return false;
        }
        var unit = Array.FindIndex(SizeUnits, u => u.Unit.Equals(text[split..], StringComparison.OrdinalIgnoreCase));
        if (unit < 0)
        {
            return false;
        }
        bytes = number * SizeUnits[unit].Bytes;
        written = $"{text[..split]} {SizeNames[unit]}";
        return true;
    }

    public static bool TrySpan(string text, out TimeSpan span)
    {
        span = default;
        var seconds = 0d;
        var position = 0;
        while (position < text.Length)
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '.'))
            {
                position++;
            }
            var middle = position;
            while (position < text.Length && char.IsAsciiLetter(text[position]))
            {
                position++;
            }
            if (start == middle || middle == position || !TryNumber(text[start..middle], out var number) || UnitSeconds(text[middle..position]) is not { } unit)
            {
                return false;
            }
            seconds += number * unit;
        }
        if (text.Length == 0 || seconds > 1e10)
        {
            span = TimeSpan.MaxValue;
            return text.Length > 0;
        }
        span = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return true;
    }

    public static string Write(TimeSpan span)
    {
        if (span == TimeSpan.Zero)
        {
            return "0s";
        }
        var builder = new StringBuilder();
        foreach (var (count, unit) in new[] { (span.Days, "d"), (span.Hours, "h"), (span.Minutes, "m"), (span.Seconds, "s"), (span.Milliseconds, "ms") })
        {
            if (count > 0)
            {
                builder.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }
        return builder.ToString();
    }

    public static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time) && time.Year is > 1900 and < 3000;

    public static string Write(DateTimeOffset time) => time.TimeOfDay == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    static double? UnitSeconds(string unit) => unit.ToLowerInvariant() switch
    {
        "ms" => 0.001,
        "s" or "sec" or "second" or "seconds" => 1,
        "m" or "min" or "minute" or "minutes" => 60,
        "h" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86400,
        "w" or "week" or "weeks" => 604800,
        _ => null,
    };
}
