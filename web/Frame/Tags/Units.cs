using System.Globalization;

namespace Breeze.Web.Frame;

/// <summary>Numbers with their units, as people read them.</summary>
public static class Units
{
    static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(double bytes)
    {
        var index = 0;
        while (Math.Abs(bytes) >= 1024 && index < Binary.Length - 1)
        {
            bytes /= 1024;
            index++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Round(bytes)} {Binary[index]}");
    }

    /// <summary>A ratio as per cent.</summary>
    public static string Percent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0} %");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    static string Round(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
