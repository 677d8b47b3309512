namespace Breeze.PluginHost;

/// <summary>All active extensions at one moment; never changes, so readers need no lock.</summary>
sealed class ExtensionSnapshot
{
    readonly Dictionary<(Type Contract, string Key), ExtensionEntry> byKey = [];
    readonly Dictionary<Type, List<ExtensionEntry>> byContract = [];

    public ExtensionSnapshot(IEnumerable<ExtensionEntry> entries)
    {
        foreach (var entry in entries)
        {
            byKey.Add((entry.Registration.Contract, entry.Registration.Key), entry);
            if (!byContract.TryGetValue(entry.Registration.Contract, out var list))
            {
                byContract.Add(entry.Registration.Contract, list = []);
            }

            list.Add(entry);
        }
    }

    public IEnumerable<ExtensionEntry> Entries => byKey.Values;

    public ExtensionEntry? Find(Type contract, string key) => byKey.GetValueOrDefault((contract, key));

    public IReadOnlyList<ExtensionEntry> All(Type contract) => byContract.TryGetValue(contract, out var list) ? list : [];
}
