using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>Copies the facts of an inventory document that lists and searches need into columns, within the document's transaction.</summary>
public interface IInventoryProjection
{
    /// <summary>The kind of document.</summary>
    string Kind { get; }

    /// <summary>The document is hostile: a value of an unexpected type counts as missing.</summary>
    Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken);
}
