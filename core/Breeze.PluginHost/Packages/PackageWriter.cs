using System.IO.Compression;
using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>Writes <c>.bpkg</c> files. The same files give the same bytes, but for the signature.</summary>
public static class PackageWriter
{
    const int UnixFile0644 = 0x81A4 << 16;

    // The earliest time that a zip can hold; a real one would make two builds of the same source differ.
    static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="destination">Left open.</param>
    /// <param name="files">Content by path (relative, forward slashes); <c>plugin.json</c> must be among them.</param>
    /// <param name="signer">Signs the package.</param>
    /// <returns>The hash of the package.</returns>
    public static string Write(Stream destination, IReadOnlyDictionary<string, byte[]> files, PackageSigner signer)
    {
        var sorted = files.OrderBy(file => file.Key, StringComparer.Ordinal).ToList();
        var manifest = new PackageManifest(
            [.. sorted.Select(file => new PackageFile(file.Key, file.Value.LongLength, Convert.ToHexStringLower(SHA256.HashData(file.Value))))]).ToJson();

        using (var archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, PackageManifest.FileName, manifest);
            Add(archive, PackageManifest.SignatureFileName, signer.Sign(manifest));
            foreach (var (path, content) in sorted)
            {
                Add(archive, path, content);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(manifest));
    }

    static void Add(ZipArchive archive, string path, byte[] content)
    {
        var entry = archive.CreateEntry(path, CompressionLevel.Optimal);
        entry.LastWriteTime = Timestamp;
        entry.ExternalAttributes = UnixFile0644;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
