namespace Breeze.PluginHost;

/// <summary>The registry: a snapshot that is replaced as a whole. Taking a lease costs a look-up and an interlocked operation.</summary>
sealed class ExtensionRegistry : IExtensionRegistry
{
    readonly Lock changes = new();
    volatile ExtensionSnapshot snapshot = new([]);
    long version;

    public event Action? Changed;

    public long Version => Volatile.Read(ref version);

    public ExtensionLease<T>? Acquire<T>(string name)
        where T : class
    {
        while (true)
        {
            if (snapshot.Find(typeof(T), name) is not { } entry)
            {
                return null;
            }

            if (TryLease<T>(entry) is { } lease)
            {
                return lease;
            }

            // A generation closes only after it has left the snapshot, so the next look finds its successor or nothing.
        }
    }

    public IReadOnlyList<ExtensionLease<T>> AcquireAll<T>()
        where T : class
    {
        var leases = new List<ExtensionLease<T>>();
        foreach (var entry in snapshot.All(typeof(T)))
        {
            if ((TryLease<T>(entry) ?? Acquire<T>(entry.Registration.Key)) is { } lease)
            {
                leases.Add(lease);
            }
        }

        return leases;
    }

    public IReadOnlyList<ExtensionInfo> List<T>()
        where T : class => [.. snapshot.All(typeof(T)).Select(entry => new ExtensionInfo(entry.Registration.Key, entry.Generation.Identity))];

    /// <summary>Lets a generation take over from another (or from none) in one step, unless one of its names is taken.</summary>
    public PluginError? Swap(Generation? old, Generation next)
    {
        lock (changes)
        {
            var others = snapshot.Entries.Where(entry => entry.Generation != old).ToList();
            if (next.Registrations.Select(registration => FindClash(others, registration, next)).FirstOrDefault(found => found is not null) is { } clash)
            {
                return clash;
            }

            snapshot = new ExtensionSnapshot(others.Concat(next.Registrations.Select(registration => new ExtensionEntry(registration, next))));
            version++;
            old?.Leases.Close();
        }

        Changed?.Invoke();
        return null;
    }

    public void Remove(Generation old)
    {
        lock (changes)
        {
            snapshot = new ExtensionSnapshot(snapshot.Entries.Where(entry => entry.Generation != old));
            version++;
            old.Leases.Close();
        }

        Changed?.Invoke();
    }

    static ExtensionLease<T>? TryLease<T>(ExtensionEntry entry)
        where T : class =>
        entry.Generation.Leases.TryEnter()
            ? new ExtensionLease<T>(entry.Registration.Key, (T)entry.Registration.Instance, entry.Generation)
            : null;

    static PluginError? FindClash(List<ExtensionEntry> others, Registration registration, Generation next) =>
        others.Find(entry => entry.Registration.Contract == registration.Contract && entry.Registration.Key == registration.Key) is { } taken
            ? new PluginError(
                PluginErrorCodes.NameClash,
                $"{next.Identity.Id} registers the {registration.Kind} \"{registration.Name}\", but {taken.Generation.Identity.Id} provides it already. "
                + "Remove one of the two.")
            : null;
}
