namespace Breeze.Collectors.Hardware;

/// <summary>Small files of the system, where missing and forbidden is nothing special.</summary>
sealed class SystemFiles(string root)
{
    public string? Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public byte[]? Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(root, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The only line of a file, or <see langword="null"/> when there is nothing in it. The device tree ends its texts with NUL.</summary>
    public string? Line(string path) => Text(path)?.Trim('\0', '\n', ' ', '\t', '\r') is { Length: > 0 } line ? line : null;

    public IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos().Select(item => item.Name).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
