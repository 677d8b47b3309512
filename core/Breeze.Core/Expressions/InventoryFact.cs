namespace Breeze.Core.Expressions;

/// <summary>A member of an inventory document, as a plugin declares it.</summary>
/// <param name="Kind">The kind of document.</param>
/// <param name="Path">The member's keys, with points between them.</param>
public sealed record InventoryKey(string Kind, string Path);

/// <summary>A value of an inventory document: a string, number or boolean, as text. Cut, since nobody compares more.</summary>
/// <param name="Kind">As <c>jsonb_typeof</c> names it.</param>
public readonly record struct InventoryText(string Kind, string Text);

/// <summary>What a device has at an <see cref="InventoryKey"/>.</summary>
/// <param name="IsList">Whether it is an array, whose first values these are.</param>
public sealed record InventoryFact(bool IsList, IReadOnlyList<InventoryText> Values);
