namespace Breeze.Web.Pages;

/// <summary>A line of a chart, with a null for each time without a value.</summary>
public sealed record ChartLine(string Label, IReadOnlyList<double?> Values);

/// <summary>A chart as the front end draws it. Times are Unix seconds.</summary>
public sealed record Chart(string Id, string Title, string Unit, double? FixedMax, IReadOnlyList<double> Times, IReadOnlyList<ChartLine> Series);

/// <summary>Charts that belong together.</summary>
public sealed record ChartGroup(string Id, string Title, IReadOnlyList<Chart> Charts);

/// <summary>All charts of a device for a span of time.</summary>
public sealed record ChartBoard(double From, double To, IReadOnlyList<ChartGroup> Groups);
