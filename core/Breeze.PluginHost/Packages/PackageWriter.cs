namespace Breeze.PluginHost;

/// <summary>Writes <c>.bpkg</c> files. The same files give the same bytes, but for the signature.</summary>
public static class PackageWriter
{
    /// <param name="destination">Seekable; left open.</param>
    /// <param name="files">Content by path (relative, forward slashes); <c>plugin.json</c> must be among them.</param>
    /// <param name="signer">Signs the package.</param>
    /// <returns>The hash of the package.</returns>
    public static string Write(Stream destination, IReadOnlyDictionary<string, byte[]> files, PackageSigner signer)
    {
        throw new InvalidOperationException();
    }
}
