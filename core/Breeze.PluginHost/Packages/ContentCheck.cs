using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>Verifies a package's content: signature first, then every hash, then what the files say.</summary>
static class ContentCheck
{
    public static PluginError? Run(IPackageContent content, TrustStore trust, out PluginPackage? package)
    {
        package = null;
        if (!content.Paths.Contains(PackageManifest.FileName))
        {
            return Malformed($"The package has no {PackageManifest.FileName}; build it with breeze-pack.");
        }

        if (!content.Paths.Contains(PackageManifest.SignatureFileName))
        {
            return new PluginError(PluginErrorCodes.SignatureMissing, "The package is not signed. Sign it with breeze-pack.");
        }

        var manifestJson = ReadMetadata(content, PackageManifest.FileName);
        var signatureJson = ReadMetadata(content, PackageManifest.SignatureFileName);
        if (PackageSignature.Verify(manifestJson, signatureJson, trust, out var signer) is { } signatureError)
        {
            return signatureError;
        }

        PackageManifest manifest;
        try
        {
            manifest = PackageManifest.Parse(manifestJson);
        }
        catch (StrictJsonException exception)
        {
            return Malformed($"{PackageManifest.FileName}: {exception.Message}");
        }

        return CheckFiles(content, manifest) ?? Describe(content, manifest, Convert.ToHexStringLower(SHA256.HashData(manifestJson)), signer, out package);
    }

    static PluginError? CheckFiles(IPackageContent content, PackageManifest manifest)
    {
        var paths = manifest.Files.Select(file => file.Path).ToList();
        var error = paths.Select(PackagePath.Check).FirstOrDefault(found => found is not null) ?? PackagePath.CheckCollisions(paths);
        if (error is not null)
        {
            return error;
        }

        if (manifest.Files.Any(file => file.Size < 0) || manifest.Files.Sum(file => file.Size) > PackageLimits.UnpackedBytes)
        {
            return new PluginError(PluginErrorCodes.TooLarge, $"The package unpacks to more than {PackageLimits.UnpackedBytes >> 20} MiB.");
        }

        var present = content.Paths.Where(path => path is not (PackageManifest.FileName or PackageManifest.SignatureFileName)).ToHashSet();
        foreach (var file in manifest.Files)
        {
            if (!present.Remove(file.Path))
            {
                return Malformed($"The package lacks \"{file.Path}\", which its manifest lists.");
            }

            using var stream = content.Open(file.Path);
            if (!VerifiedCopy.Matches(stream, file, Stream.Null))
            {
                return new PluginError(
                    PluginErrorCodes.HashMismatch, $"\"{file.Path}\" is not the file that was signed. Get the package from its publisher again.");
            }
        }

        return present.Count == 0 ? null : Malformed($"The package contains \"{present.Order().First()}\", which its manifest does not list.");
    }

    static PluginError? Describe(IPackageContent content, PackageManifest files, string hash, string signer, out PluginPackage? package)
    {
        package = null;
        var paths = files.Files.Select(file => file.Path).ToHashSet();
        if (!paths.Contains(PluginManifest.FileName))
        {
            return new PluginError(PluginErrorCodes.ManifestInvalid, $"The package has no {PluginManifest.FileName}.");
        }

        var (manifest, manifestError) = PluginManifestReader.Read(ReadMetadata(content, PluginManifest.FileName));
        if (manifest is null)
        {
            return manifestError;
        }

        if (!paths.Contains(manifest.Entry.Assembly))
        {
            return new PluginError(
                PluginErrorCodes.ManifestInvalid, $"{PluginManifest.FileName}: \"entry.assembly\" names {manifest.Entry.Assembly}, which is not in the package.");
        }

        var catalog = PluginCatalog.Empty;
        if (paths.Contains(PluginCatalog.FileName))
        {
            var (read, catalogError) = PluginCatalogJson.Read(ReadMetadata(content, PluginCatalog.FileName));
            if (read is null)
            {
                return catalogError;
            }

            catalog = read;
        }

        ReadOnlyMemory<byte>? schema = paths.Contains(PluginPackage.SettingsSchemaFileName)
            ? (ReadOnlyMemory<byte>?)ReadMetadata(content, PluginPackage.SettingsSchemaFileName)
            : null;
        package = new PluginPackage(manifest, catalog, hash, signer, files.Files, schema);
        return null;
    }

    static byte[] ReadMetadata(IPackageContent content, string path)
    {
        using var stream = content.Open(path);
        var buffer = new MemoryStream();
        var chunk = new byte[8192];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > PackageLimits.MetadataBytes)
            {
                throw new InvalidDataException($"{path} is larger than {PackageLimits.MetadataBytes >> 20} MiB.");
            }
        }

        return buffer.ToArray();
    }

    static PluginError Malformed(string message) => new(PluginErrorCodes.PackageMalformed, message);
}
