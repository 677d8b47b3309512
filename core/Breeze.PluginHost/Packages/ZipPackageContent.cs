using System.IO.Compression;

namespace Breeze.PluginHost;

/// <summary>A packed package. <see cref="Check"/> must pass before anything else is used.</summary>
sealed class ZipPackageContent(ZipArchive archive) : IPackageContent
{
    const int UnixTypeMask = 0xF000;
    const int UnixRegularFile = 0x8000;

    Dictionary<string, ZipArchiveEntry> entries = [];

    public IReadOnlyCollection<string> Paths => entries.Keys;

    /// <summary>Checks what the directory of the zip says, before a byte is unpacked.</summary>
    public PluginError? Check()
    {
        if (archive.Entries.Count > PackageLimits.Entries)
        {
            return new PluginError(PluginErrorCodes.TooLarge, $"The package has {archive.Entries.Count} entries; at most {PackageLimits.Entries} are allowed.");
        }

        var total = 0L;
        foreach (var entry in archive.Entries)
        {
            total += entry.Length;
            if ((CheckSize(entry, total) ?? PackagePath.Check(entry.FullName) ?? CheckType(entry)) is { } error)
            {
                return error;
            }
        }

        if (PackagePath.CheckCollisions(archive.Entries.Select(entry => entry.FullName)) is { } collision)
        {
            return collision;
        }

        entries = archive.Entries.ToDictionary(entry => entry.FullName, StringComparer.Ordinal);
        return null;
    }

    public Stream Open(string path) => entries[path].Open();

    static PluginError? CheckSize(ZipArchiveEntry entry, long total)
    {
        if (entry.Length < 0 || total > PackageLimits.UnpackedBytes)
        {
            return new PluginError(PluginErrorCodes.TooLarge, $"The package unpacks to more than {PackageLimits.UnpackedBytes >> 20} MiB.");
        }

        return entry.Length > PackageLimits.RatioAppliesFrom && entry.Length / Math.Max(1, entry.CompressedLength) > PackageLimits.Ratio
            ? new PluginError(PluginErrorCodes.TooLarge, "The package contains a file that is compressed beyond any sensible ratio.")
            : null;
    }

    static PluginError? CheckType(ZipArchiveEntry entry) =>
        ((entry.ExternalAttributes >> 16) & UnixTypeMask) is 0 or UnixRegularFile
            ? null
            : new PluginError(PluginErrorCodes.PathTraversal, $"The package contains \"{entry.FullName}\", which is a link or a device and not a file.");
}
