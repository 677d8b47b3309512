using System.Globalization;

namespace Breeze.Bench;

/// <summary>The options of a verb on the command line.</summary>
sealed class BenchArguments(string[] arguments)
{
    public bool Has(string name) => arguments.Contains(name);

    /// <summary>The word after the name; null when it is not there.</summary>
    public string? Text(string name) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    public double Number(string name, double otherwise) =>
        Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new ArgumentException($"{name} takes a number above 0, not {text}.");
}
