using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Windows;

/// <summary>A folder by its path. Whatever is opened or gone into is looked at before: a reparse point is acted on itself, and never gone through.</summary>
sealed class WindowsFolder(string path) : IFolder
{
    public IEnumerable<FileEntry> List(CancellationToken cancellationToken)
    {
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false };
        foreach (var info in new DirectoryInfo(path).EnumerateFileSystemInfos("*", options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return EntryOf(info);
        }
    }

    public FileEntry? Find(string name)
    {
        var full = In(name);
        return Directory.Exists(full) ? EntryOf(new DirectoryInfo(full)) : new FileInfo(full) is var file && (file.Exists || file.LinkTarget is not null) ? EntryOf(file) : null;
    }

    public IFolder OpenFolder(string name) => Require(name) is { IsFolder: true }
        ? new WindowsFolder(In(name))
        : throw FileFault.Link(name);

    public SafeFileHandle OpenRead(string name, out FileEntry entry)
    {
        entry = Require(name);
        if (!entry.IsFile)
            throw entry.IsLink ? FileFault.Link(name) : new("not_a_file", $"{name} is a folder.");
        return File.OpenHandle(In(name), share: FileShare.ReadWrite | FileShare.Delete);
    }

    public SafeFileHandle Create(string name) => File.OpenHandle(In(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Nobody else opens it as long as it is open.</summary>
    public SafeFileHandle? OpenOwn(string name) => Find(name) is { IsFile: true } ? File.OpenHandle(In(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;

    public void MakeFolder(string name)
    {
        if (Find(name) is not null)
            throw FileFault.Occupied(name);
        Directory.CreateDirectory(In(name));
    }

    public void MakeLink(string name, string target, bool toFolder)
    {
        if (toFolder)
            Directory.CreateSymbolicLink(In(name), target);
        else
            File.CreateSymbolicLink(In(name), target);
    }

    public void Remove(string name, bool folder)
    {
        // A link to a folder is a folder without its own content.
        if (Directory.Exists(In(name)))
            Directory.Delete(In(name), recursive: false);
        else
            File.Delete(In(name));
    }

    public void Rename(string name, IFolder to, string newName, bool replace)
    {
        var (from, onto) = (In(name), ((WindowsFolder)to).In(newName));
        if (!string.Equals(Path.GetPathRoot(from), Path.GetPathRoot(onto), StringComparison.OrdinalIgnoreCase))
            throw new FileFault(FileFault.CrossDevice, $"{name} lies on another drive.");
        if (!replace && !string.Equals(from, onto, StringComparison.OrdinalIgnoreCase) && to.Find(newName) is not null)
            throw FileFault.Occupied(newName);
        if (Directory.Exists(from))
            Directory.Move(from, onto);
        else
            File.Move(from, onto, replace);
    }

    public void SetMode(string name, int mode) => throw FileFault.Invalid("Windows has no permissions of this kind.");

    public void SetOwner(string name, uint? user, uint? group) => throw FileFault.Invalid("Windows has no owners of this kind.");

    public void Imitate(string name, FileEntry original, bool time)
    {
        if (time && !original.IsLink)
            File.SetLastWriteTimeUtc(In(name), DateTimeOffset.FromUnixTimeMilliseconds(original.Changed).UtcDateTime);
    }

    public void Flush()
    {
        // NTFS writes renames to its journal.
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    string In(string name) => Path.Join(path, name);

    FileEntry Require(string name) => Find(name) ?? throw FileFault.Missing(name);

    static FileEntry EntryOf(FileSystemInfo info)
    {
        var isFolder = info.Attributes.HasFlag(FileAttributes.Directory);
        var size = info is FileInfo { Exists: true } file ? file.Length : 0;
        var changed = new DateTimeOffset(info.LastWriteTimeUtc);
        var isLink = info.Attributes.HasFlag(FileAttributes.ReparsePoint) && info.LinkTarget is not null;
        return new(info.Name, isLink ? FileKinds.Link : isFolder ? FileKinds.Folder : FileKinds.File, size, changed.ToUnixTimeMilliseconds())
        {
            Target = isLink ? info.LinkTarget : null,
            Leads = isLink ? isFolder ? FileKinds.Folder : FileKinds.File : null,
            Version = string.Create(CultureInfo.InvariantCulture, $"{size}-{info.LastWriteTimeUtc.Ticks}"),
        };
    }
}
