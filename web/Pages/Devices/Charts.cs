namespace Breeze.Web.Pages;

/// <summary>A line of a chart, with a null for each time without a value; and where several readings became one, the band between the least and the greatest.</summary>
public sealed record ChartLine(string Label, IReadOnlyList<double?> Values, IReadOnlyList<double?>? Min = null, IReadOnlyList<double?>? Max = null);

/// <summary>A level that is drawn across a chart.</summary>
public sealed record ChartLevel(string Name, double Value);

/// <summary>A chart as the front end draws it. Times are Unix seconds.</summary>
public sealed record Chart(
    string Id, string Title, string Unit, double? FixedMax, IReadOnlyList<double> Times, IReadOnlyList<ChartLine> Series, IReadOnlyList<ChartLevel> Levels, bool IsStepped,
    int More);

/// <summary>Charts that belong together.</summary>
public sealed record ChartGroup(string Id, string Title, IReadOnlyList<Chart> Charts);

/// <summary>A chart that can be shown.</summary>
public sealed record ChartChoice(string Id, string Title, string Group);

/// <summary>The charts of a device for a span of time, and all that there are.</summary>
public sealed record ChartBoard(double From, double To, double Step, string Resolution, IReadOnlyList<ChartGroup> Groups, IReadOnlyList<ChartChoice> Choices);
