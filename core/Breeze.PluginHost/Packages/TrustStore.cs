using System.Collections.Frozen;

namespace Breeze.PluginHost;

/// <summary>The publishers whose packages may run. Immutable: a change of trust is a new store.</summary>
public sealed class TrustStore(IEnumerable<TrustedKey> keys)
{
    readonly FrozenDictionary<string, TrustedKey> byId = keys.DistinctBy(key => key.KeyId).ToFrozenDictionary(key => key.KeyId);

    /// <summary>Trusts nobody.</summary>
    public static TrustStore Empty { get; } = new([]);

    public IReadOnlyCollection<TrustedKey> Keys => byId.Values;

    public TrustedKey? Find(string keyId) => byId.GetValueOrDefault(keyId);
}
