namespace Breeze.Core.Distribution;

/// <summary>A verified package, kept in the database so that every node can serve every agent. Its content is read by SQL alone.</summary>
public sealed class PluginPackageRow
{
    public required string Hash { get; init; }
    public required string PluginId { get; init; }
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Signer { get; init; }
    public required string Manifest { get; init; }
    public required string Catalog { get; init; }
    public required string FileSha256 { get; init; }
    public long Size { get; init; }
    public required string Source { get; init; }
    public DateTimeOffset ImportedAt { get; init; }
}
