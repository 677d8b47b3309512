using System.Buffers;

namespace Breeze.Remote.Files.Windows;

/// <summary>The files of Windows, by what .NET offers. A path in which something is a reparse point is not changed.</summary>
sealed class WindowsFileSystem : IFileSystem
{
    static readonly SearchValues<char> Forbidden = SearchValues.Create("\\/:*?\"<>|");
    static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL"];

    public char Separator => '\\';

    public bool HasModes => false;

    public string User => Environment.UserName;

    public string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    public IReadOnlyList<string> Roots => [.. DriveInfo.GetDrives().Where(drive => drive.IsReady).Select(drive => drive.RootDirectory.FullName)];

    public string Resolve(string path)
    {
        var full = FullOf(path);
        return new DirectoryInfo(full) is { Exists: true } folder && folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName is { } target ? target : full;
    }

    public IFolder Open(string path)
    {
        var full = FullOf(path);
        for (var folder = new DirectoryInfo(full); folder.Parent is { } parent; folder = parent)
        {
            if (!folder.Exists)
                throw FileFault.Missing(folder.Name);
            if (folder.Attributes.HasFlag(FileAttributes.ReparsePoint))
                throw FileFault.Link(folder.Name);
        }
        return new WindowsFolder(full);
    }

    public (string Folder, string Name)? Split(string path)
    {
        var full = FullOf(path).TrimEnd('\\');
        return Path.GetDirectoryName(full) is { } folder ? (folder, Path.GetFileName(full)) : null;
    }

    public string Join(string folder, string name) => Path.Join(folder, name);

    public void CheckName(string name)
    {
        var stem = name.Split('.')[0].TrimEnd();
        if (name.Length == 0 || name.AsSpan().ContainsAny(Forbidden) || name.Any(char.IsControl) || name[^1] is '.' or ' ' || Devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)) && char.IsDigit(stem[3])))
            throw FileFault.Invalid("""Windows takes no such name: without \ / : * ? " < > |, without a dot or a space at the end, and not the name of a device.""");
    }

    public uint? UserId(string user) => null;

    public uint? GroupId(string group) => null;

    static string FullOf(string path) => path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/'
        ? Path.GetFullPath(path)
        : throw FileFault.Invalid("A path begins with a drive.");
}
