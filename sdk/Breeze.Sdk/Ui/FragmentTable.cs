namespace Breeze.Sdk;

/// <summary>A table for the host to render. Cells are plain text.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">At most 500 rows, each with one cell per heading.</param>
public sealed record FragmentTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
