namespace Breeze.PluginHost;

/// <summary>A <see cref="Breeze.Sdk.MetricDescriptor"/> as the catalog holds it.</summary>
/// <param name="Name">The metric's name, unique within the catalog.</param>
/// <param name="Unit">A UCUM unit.</param>
/// <param name="Kind"><c>gauge</c>, <c>counter</c> or <c>state</c>.</param>
/// <param name="Title">What people call it, when the plugin says so.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="Warning">The level from which a value is worth a look, if there is one.</param>
/// <param name="Critical">The level from which a value is bad, if there is one.</param>
public sealed record CatalogMetric(
    string Name, string Unit, string Kind, string? Title, string Description, IReadOnlyList<string> Labels, double? Warning = null, double? Critical = null);
