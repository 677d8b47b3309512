namespace Breeze.PluginHost;

/// <summary>A package as the store has unpacked it.</summary>
sealed class DirectoryPackageContent : IPackageContent
{
    readonly string directory;

    public DirectoryPackageContent(string directory)
    {
        this.directory = directory;
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var files = new DirectoryInfo(directory).EnumerateFiles("*", everything).Take(PackageLimits.Entries + 1).ToList();
        if (files.Count > PackageLimits.Entries || files.Any(file => file.LinkTarget is not null))
        {
            throw new InvalidDataException("The unpacked package holds files that were not part of it.");
        }

        Paths = [.. files.Select(file => Path.GetRelativePath(directory, file.FullName).Replace('\\', '/'))];
    }

    public IReadOnlyCollection<string> Paths { get; }

    public Stream Open(string path) => File.OpenRead(Path.Combine(directory, path));
}
