namespace Breeze.Sdk;

/// <summary>Declares a member of an inventory document: what people can ask for in expressions.</summary>
/// <param name="Name">
/// The member's key in snake_case: lower-case letters, digits and <c>_</c>, a letter first, at most 64 characters. A member of an object within
/// the document is named with points: <c>bios.version</c>, three keys at most.
/// </param>
/// <param name="Value">What it holds.</param>
/// <param name="Description">One sentence, at most 300 characters, for the person who picks this field.</param>
public sealed record InventoryField(string Name, InventoryValue Value, string Description)
{
    /// <summary>
    /// Whether the member is an array of such values, of which the first 1,000 count. A comparison then holds when it holds for one of them.
    /// </summary>
    public bool IsList { get; init; }
}
