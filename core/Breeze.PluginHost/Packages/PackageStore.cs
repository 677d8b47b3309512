namespace Breeze.PluginHost;

/// <summary>
/// Unpacked packages, each in a directory of its own that never changes: <c>{root}/{id}/{version}-{hash12}/</c>. A directory appears under
/// its name only when it is complete. Safe from any thread, and from several processes.
/// </summary>
public sealed class PackageStore(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Verifies a package and unpacks it, unless it is there already.</summary>
    public PackageReadResult Install(Stream package, TrustStore trust, out StoredPackage? stored) => throw new InvalidOperationException();

    /// <summary>Finds an unpacked package by its hash and verifies every file again.</summary>
    public PackageReadResult Open(string packageHash, TrustStore trust, out StoredPackage? stored) => throw new InvalidOperationException();

    /// <summary>Lists what is there, by directory names alone.</summary>
    public IReadOnlyList<(string Id, string Version, string Hash12)> List() => throw new InvalidOperationException();

    /// <summary>Removes what is not in use, and what earlier processes left half-done.</summary>
    /// <param name="usedHashes">The hashes of the packages to keep.</param>
    /// <returns>How many packages were removed.</returns>
    public int CollectGarbage(IReadOnlySet<string> usedHashes) => throw new InvalidOperationException();
}
