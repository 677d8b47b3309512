namespace Breeze.PluginHost;

/// <summary>A <see cref="Breeze.Sdk.InventoryDescriptor"/> as the catalog holds it.</summary>
/// <param name="Kind">The kind of document.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Fields">The members that expressions can ask for.</param>
public sealed record CatalogInventory(string Kind, string Description, IReadOnlyList<CatalogField> Fields);

/// <summary>A <see cref="Breeze.Sdk.InventoryField"/> as the catalog holds it.</summary>
/// <param name="Name">The member's key, or keys with points between them.</param>
/// <param name="Value"><c>text</c>, <c>number</c>, <c>size</c>, <c>version</c>, <c>time</c> or <c>flag</c>.</param>
/// <param name="Description">One sentence.</param>
/// <param name="IsList">Whether the member is an array of such values.</param>
public sealed record CatalogField(string Name, string Value, string Description, bool IsList);
