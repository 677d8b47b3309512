using System.Globalization;
using System.Text.Json;

namespace Breeze.Bench.Report;

/// <summary>Collects figures: prints them at once, and writes them all as JSON in the end.</summary>
sealed class FigureReport
{
    static readonly JsonWriterOptions Indented = new() { Indented = true };

    readonly List<Figure> _figures = [];

    /// <summary>Adds a figure: the median of its runs, beside its floor and the ratio of the two, which is 1 when there is nothing left to gain.</summary>
    public void Add(string name, string unit, IReadOnlyList<double> runs, double? floor = null, bool smallerIsBetter = true)
    {
        var value = Median(runs);
        double? ratio = floor is not > 0 || value <= 0 ? null : smallerIsBetter ? floor / value : value / floor;
        _figures.Add(new Figure(name, unit, value, floor, ratio, runs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-44} {value,12:0.###} {unit,-8} floor {Text(floor),10} ratio {Text(ratio),7}   runs {string.Join(' ', runs.Select(run => run.ToString("0.###", CultureInfo.InvariantCulture)))}"));
    }

    /// <summary>Says whether what was just added is what we want.</summary>
    public static void Goal(string goal, bool isMet) => Console.WriteLine($"{"",-44} goal {goal}: {(isMet ? "met" : "MISSED")}");

    /// <summary>What else the machine does, since it is in every figure.</summary>
    public static void SayLoad() => Console.WriteLine($"load average {File.ReadAllText("/proc/loadavg").Trim()}");

    public void WriteJson(string path)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        foreach (var figure in _figures)
        {
            json.WriteStartObject(figure.Name);
            json.WriteNumber("value", figure.Value);
            json.WriteString("unit", figure.Unit);
            WriteNumber(json, "floor", figure.Floor);
            WriteNumber(json, "ratio", figure.Ratio);
            json.WriteStartArray("runs");
            foreach (var run in figure.Runs)
            {
                json.WriteNumberValue(run);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    static string Text(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "-";

    sealed record Figure(string Name, string Unit, double Value, double? Floor, double? Ratio, IReadOnlyList<double> Runs);
}
