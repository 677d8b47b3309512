using System.IO.Compression;
using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>
/// Reads and verifies <c>.bpkg</c> files: a zip with <c>MANIFEST.json</c>, its detached signature <c>MANIFEST.sig</c>, and exactly the files
/// that the manifest lists. Nothing is written anywhere.
/// </summary>
public static class PackageReader
{
    public static PackageReadResult Read(string path, TrustStore trust)
    {
        using var file = File.OpenRead(path);
        return Read(file, trust);
    }

    /// <param name="package">Seekable; left open.</param>
    /// <param name="trust">Whose signature to accept.</param>
    public static PackageReadResult Read(Stream package, TrustStore trust)
    {
        var (result, archive) = Open(package, trust);
        archive?.Dispose();
        return result;
    }

    /// <summary>As <see cref="Read(Stream, TrustStore)"/>, and keeps the archive open for extraction when the package is valid.</summary>
    internal static (PackageReadResult Result, ZipArchive? Archive) Open(Stream package, TrustStore trust)
    {
        ZipArchive? archive = null;
        try
        {
            archive = new ZipArchive(package, ZipArchiveMode.Read, leaveOpen: true);
            var content = new ZipPackageContent(archive);
            PluginPackage? valid = null;
            if ((content.Check() ?? ContentCheck.Run(content, trust, out valid)) is { } error)
            {
                archive.Dispose();
                return (PackageReadResult.Invalid(error.Code, error.Message), null);
            }

            return (PackageReadResult.Valid(valid!), archive);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or IOException or CryptographicException
            or NotSupportedException or ArgumentException)
        {
            archive?.Dispose();
            return (PackageReadResult.Invalid(PluginErrorCodes.PackageMalformed, $"The file is not a readable package: {exception.Message}"), null);
        }
    }
}
