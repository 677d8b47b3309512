using System.Collections.Frozen;
using Breeze.Core.Tenancy;

namespace Breeze.Core.Devices.Bulk;

/// <summary>The kinds of action that this server knows.</summary>
public sealed class BulkKinds(IEnumerable<IBulkActionKind> kinds)
{
    readonly FrozenDictionary<string, IBulkActionKind> _byName = kinds.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    public IReadOnlyList<IBulkActionKind> All { get; } = [.. kinds];

    /// <summary>Whether somebody may start any of them.</summary>
    public bool IsAnyAllowed(AccessScope scope) => All.Any(k => k.IsAllowed(scope));

    public IBulkActionKind? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
