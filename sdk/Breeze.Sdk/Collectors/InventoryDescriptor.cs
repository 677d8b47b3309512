namespace Breeze.Sdk;

/// <summary>
/// Declares a kind of inventory document, so that its members become fields of expressions: the member <c>toner</c> of the kind
/// <c>printer</c> is <c>printer.toner</c> in searches, dynamic groups and bulk actions, as long as the plugin is switched on.
/// </summary>
/// <param name="Kind">
/// As given to <see cref="ICollectorSink.AddInventory"/>: lower-case letters, digits, <c>_</c> and <c>-</c>, a letter first, at most 64
/// characters; not <c>custom</c> and not <c>metric</c>, which the language uses itself.
/// </param>
/// <param name="Description">One sentence, at most 300 characters: what the document is about.</param>
public sealed record InventoryDescriptor(string Kind, string Description)
{
    /// <summary>
    /// The members to ask for; what is not declared is stored and shown, but cannot be asked for. At most 100 in all kinds of a plugin. A
    /// name that the language has already (<c>cpu.model</c>) stays what it is.
    /// </summary>
    public IReadOnlyList<InventoryField> Fields { get; init; } = [];
}
