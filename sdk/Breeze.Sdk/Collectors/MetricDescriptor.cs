namespace Breeze.Sdk;

/// <summary>Declares a metric: what it is called, what it measures and in which unit.</summary>
/// <param name="Name">
/// The name by OpenTelemetry's semantic conventions where one exists (<c>system.cpu.utilization</c>), else in the same style under a
/// prefix of the plugin's own: lower case, dots between words.
/// </param>
/// <param name="Unit">A UCUM unit as OpenTelemetry writes it: <c>1</c> for a ratio from 0 to 1, <c>By</c>, <c>s</c>, <c>{process}</c>.</param>
/// <param name="Kind">How values relate over time.</param>
/// <param name="Description">One sentence for the person who picks this metric for a chart or an alert.</param>
public sealed record MetricDescriptor(string Name, string Unit, MetricKind Kind, string Description)
{
    /// <summary>The names of the labels, such as <c>mountpoint</c>; empty for one series per device.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What people call it, for charts: <c>CPU utilization</c>. The name is shown when this is missing.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The level, in <see cref="Unit"/>, from which a value is worth a look; of a counter, in its rate per second. Charts draw a line there.
    /// Null for none, since most metrics have no level that means the same everywhere.
    /// </summary>
    public double? Warning { get; init; }

    /// <summary>
    /// The level from which a value is bad. It lies beyond <see cref="Warning"/>: above it where much is bad, below it where little is.
    /// </summary>
    public double? Critical { get; init; }
}
