namespace Breeze.Core.Metrics;

/// <summary>What is known of a metric: from the catalogue of the plugin that emits it.</summary>
public sealed class MetricDefinitionRow
{
    public required string Name { get; init; }
    public required string Unit { get; init; }
    public required string Kind { get; init; }
    public string? Title { get; init; }
    public string Description { get; init; } = "";
    public string[] Labels { get; init; } = [];
    public required string PluginId { get; init; }

    /// <summary>The levels, in the metric's unit, from which a value is worth a look or bad; null when the plugin names none.</summary>
    public double? Warning { get; init; }
    public double? Critical { get; init; }
}
