namespace Breeze.PluginHost;

/// <summary>Decides which paths a package may contain: those that mean the same, inside the package, on every operating system.</summary>
static class PackagePath
{
    const int MaxLength = 200;

    static readonly string[] Reserved =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"com{n}", $"lpt{n}" })];

    public static PluginError? Check(string path)
    {
        var segments = path.Split('/');
        var isSafe = path.Length is > 0 and <= MaxLength
            && path.IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|']) < 0
            && !path.Any(char.IsControl)
            && segments.All(IsSafeSegment);
        return isSafe
            ? null
            : new PluginError(PluginErrorCodes.PathTraversal, $"The package contains the path \"{Printable(path)}\", which is not allowed in a package.");
    }

    /// <summary>Finds paths that would overwrite each other where case does not count, and files that are folders of others.</summary>
    public static PluginError? CheckCollisions(IEnumerable<string> paths)
    {
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var folders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            if (!files.Add(path))
            {
                return new PluginError(PluginErrorCodes.PackageMalformed, $"The package contains \"{Printable(path)}\" more than once (case does not count).");
            }

            for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                folders.Add(path[..slash]);
            }
        }

        files.IntersectWith(folders);
        return files.FirstOrDefault() is { } both
            ? new PluginError(PluginErrorCodes.PackageMalformed, $"The package contains \"{Printable(both)}\" both as a file and as a folder.")
            : null;
    }

    static bool IsSafeSegment(string segment) =>
        segment.Length > 0
        && segment is not ("." or "..")
        && segment[^1] is not ('.' or ' ')
        && !Reserved.Contains(segment.Split('.')[0], StringComparer.OrdinalIgnoreCase);

    static string Printable(string path) =>
        string.Concat((path.Length > MaxLength ? path[..MaxLength] : path).Select(c => char.IsControl(c) ? '?' : c));
}
