using System.IO.Compression;

namespace Breeze.PluginHost;

/// <summary>
/// Unpacked packages, each in a directory of its own that never changes: <c>{root}/{id}/{version}-{hash12}/</c>. A directory appears under
/// its name only when it is complete. Safe from any thread, and from several processes.
/// </summary>
public sealed class PackageStore(string root)
{
    const string StagingName = ".staging";
    const int PrefixLength = 12;

    // Long enough for any other process to finish unpacking.
    static readonly TimeSpan StagingLifetime = TimeSpan.FromHours(1);

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Verifies a package and unpacks it, unless it is there already and sound.</summary>
    /// <param name="package">Seekable; left open.</param>
    /// <param name="trust">Whose signature to accept.</param>
    public StoreResult Install(Stream package, TrustStore trust)
    {
        var (result, archive) = PackageReader.Open(package, trust);
        if (!result.IsValid)
        {
            return StoreResult.Failure(result.Error);
        }

        using (archive)
        {
            var directory = DirectoryOf(result.Package);
            if (Directory.Exists(directory))
            {
                if (Verify(directory, result.Package.Hash, trust) is { IsSuccess: true } present)
                {
                    return present;
                }

                Discard(directory);
            }

            var error = Unpack(archive!, result.Package, directory);
            return error is null ? StoreResult.Success(directory, result.Package) : StoreResult.Failure(error);
        }
    }

    /// <summary>Finds an unpacked package by its hash and verifies every file again.</summary>
    public StoreResult Open(string packageHash, TrustStore trust)
    {
        if (packageHash.Length == 64 && packageHash.All(char.IsAsciiHexDigitLower))
        {
            foreach (var name in List().Where(name => name.HashPrefix == packageHash[..PrefixLength]))
            {
                return Verify(DirectoryOf(name), packageHash, trust);
            }
        }

        return StoreResult.Failure(new PluginError(PluginErrorCodes.NotInstalled, "No package with this hash is in the store."));
    }

    /// <summary>Lists what is there, by directory names alone.</summary>
    public IReadOnlyList<StoredPackageName> List()
    {
        if (!Directory.Exists(Root))
        {
            return [];
        }

        return
        [
            .. from plugin in Directory.EnumerateDirectories(Root)
               where Path.GetFileName(plugin) != StagingName
               from package in Directory.EnumerateDirectories(plugin)
               let name = Path.GetFileName(package)
               let dash = name.LastIndexOf('-')
               where dash > 0 && name.Length - dash - 1 == PrefixLength
               select new StoredPackageName(Path.GetFileName(plugin), name[..dash], name[(dash + 1)..]),
        ];
    }

    /// <summary>Removes what is not in use, and what earlier processes left half-done.</summary>
    /// <param name="usedHashes">The hashes of the packages to keep.</param>
    /// <returns>How many packages were removed.</returns>
    public int CollectGarbage(IReadOnlySet<string> usedHashes)
    {
        var used = usedHashes.Select(hash => hash[..Math.Min(hash.Length, PrefixLength)]).ToHashSet();
        var unused = List().Where(name => !used.Contains(name.HashPrefix)).ToList();
        unused.ForEach(name => Discard(DirectoryOf(name)));

        var staging = new DirectoryInfo(Path.Combine(Root, StagingName));
        foreach (var left in staging.Exists ? staging.GetDirectories() : [])
        {
            if (DateTime.UtcNow - left.LastWriteTimeUtc > StagingLifetime)
            {
                TryDelete(left.FullName);
            }
        }

        return unused.Count;
    }

    static StoreResult Verify(string directory, string packageHash, TrustStore trust)
    {
        try
        {
            var error = ContentCheck.Run(new DirectoryPackageContent(directory), trust, out var package);
            return error is not null ? StoreResult.Failure(error)
                : package!.Hash == packageHash ? StoreResult.Success(directory, package)
                : StoreResult.Failure(new PluginError(PluginErrorCodes.HashMismatch, "The store holds another package under this name."));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return StoreResult.Failure(new PluginError(PluginErrorCodes.PackageMalformed, $"The unpacked package cannot be read: {exception.Message}"));
        }
    }

    PluginError? Unpack(ZipArchive archive, PluginPackage package, string directory)
    {
        var staging = CreatePrivate(Path.Combine(Root, StagingName, Guid.NewGuid().ToString("N")));
        try
        {
            foreach (var name in (string[])[PackageManifest.FileName, PackageManifest.SignatureFileName])
            {
                archive.GetEntry(name)!.ExtractToFile(Path.Combine(staging, name));
            }

            foreach (var file in package.Files)
            {
                var path = Path.Combine(staging, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var source = archive.GetEntry(file.Path)!.Open();
                using var destination = new FileStream(path, FileMode.CreateNew);

                // Checked a second time: the file may have been changed under us since it was verified.
                if (!VerifiedCopy.Matches(source, file, destination))
                {
                    return new PluginError(PluginErrorCodes.HashMismatch, $"\"{file.Path}\" changed while the package was unpacked.");
                }
            }

            Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
            Directory.Move(staging, directory);
            return null;
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            // Somebody else finished the same package first; the content is the same by its hash.
            return null;
        }
        finally
        {
            TryDelete(staging);
        }
    }

    void Discard(string directory)
    {
        // Moved first, so that nobody ever sees half a package under its name.
        var grave = Path.Combine(CreatePrivate(Path.Combine(Root, StagingName)), Guid.NewGuid().ToString("N"));
        Directory.Move(directory, grave);
        TryDelete(grave);
    }

    string DirectoryOf(PluginPackage package) =>
        Path.Combine(Root, package.Manifest.Id, $"{package.Manifest.Version}-{package.Hash[..PrefixLength]}");

    string DirectoryOf(StoredPackageName name) => Path.Combine(Root, name.Id, $"{name.Version}-{name.HashPrefix}");

    static string CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(directory).FullName;
        }

        return Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed now is removed by the next collection.
        }
    }
}
