namespace Breeze.PluginHost.Processes;

/// <summary>Finds executables the way a shell does.</summary>
static class ExecutablePath
{
    const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string? Find(string fileName)
    {
        if (string.IsNullOrWhiteSpace(fileName) || fileName.Contains('\0', StringComparison.Ordinal))
            return null;
        if (Path.IsPathFullyQualified(fileName))
            return Candidates(fileName).FirstOrDefault(IsExecutable);
        // A relative path would mean something else in every working directory, so only plain names are looked up.
        if (fileName.AsSpan().ContainsAny('/', '\\'))
            return null;

        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var directory in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Path.IsPathFullyQualified(directory) && Candidates(Path.Combine(directory, fileName)).FirstOrDefault(IsExecutable) is { } found)
                return found;
        }
        return null;
    }

    static IEnumerable<string> Candidates(string path) =>
        !OperatingSystem.IsWindows() || Path.HasExtension(path) ? [path] : [path + ".exe", path + ".com"];

    static bool IsExecutable(string path)
    {
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
