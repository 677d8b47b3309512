namespace Breeze.Pack;

/// <summary>Chooses what goes into a package: the assemblies of the build, and the plugin's own documents.</summary>
static class PackageFiles
{
    // The host's own copies are the ones that count; a second copy in the package would only mislead.
    static readonly string[] OfTheHost =
    [
        "Breeze.Sdk.dll",
        "Microsoft.Extensions.Logging.Abstractions.dll",
        "Microsoft.Extensions.DependencyInjection.Abstractions.dll",
    ];

    static readonly string[] Documents = ["plugin.json", "config.schema.json", "README.md", "LICENSE"];
    static readonly string[] Folders = ["templates", "assets"];

    public static SortedDictionary<string, byte[]> Gather(string source, string plugin)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(path => IsCode(Path.GetRelativePath(source, path))))
        {
            Add(files, source, path);
        }

        foreach (var path in Documents.Select(name => Path.Combine(plugin, name)).Where(File.Exists))
        {
            Add(files, plugin, path);
        }

        foreach (var folder in Folders.Select(name => Path.Combine(plugin, name)).Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                Add(files, plugin, path);
            }
        }

        return files;
    }

    static bool IsCode(string path) =>
        path.StartsWith("runtimes" + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        || path.EndsWith(".deps.json", StringComparison.Ordinal)
        || (path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !OfTheHost.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase));

    static void Add(SortedDictionary<string, byte[]> files, string root, string path) =>
        files[Path.GetRelativePath(root, path).Replace('\\', '/')] = File.ReadAllBytes(path);
}
