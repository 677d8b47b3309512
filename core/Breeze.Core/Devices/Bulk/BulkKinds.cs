using System.Collections.Frozen;

namespace Breeze.Core.Devices.Bulk;

/// <summary>The kinds of action that this server knows.</summary>
public sealed class BulkKinds(IEnumerable<IBulkActionKind> kinds)
{
    readonly FrozenDictionary<string, IBulkActionKind> _byName = kinds.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    public IReadOnlyList<IBulkActionKind> All { get; } = [.. kinds];

    public IBulkActionKind? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
