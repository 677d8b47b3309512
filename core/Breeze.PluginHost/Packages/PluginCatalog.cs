namespace Breeze.PluginHost;

/// <summary>
/// A package's <c>catalog.json</c>: what the plugin registers, written by the packer, so that the server knows the names and metrics of an
/// agent's plugin without loading it.
/// </summary>
/// <param name="Provides">Kind and name of each registration: <c>collector:system</c>, <c>runtime:bash</c>, <c>endpoint:GET status</c>.</param>
/// <param name="Metrics">Every metric that its collectors can emit.</param>
public sealed record PluginCatalog(IReadOnlyList<string> Provides, IReadOnlyList<CatalogMetric> Metrics)
{
    /// <summary>The name of the file in a package.</summary>
    public const string FileName = "catalog.json";

    /// <summary>The inventory documents whose members expressions can ask for; as <see cref="CatalogInventoryRules"/> allow.</summary>
    public IReadOnlyList<CatalogInventory> Inventory { get; init; } = [];

    public static PluginCatalog Empty { get; } = new([], []);
}
