using Breeze.Remote.Files;
using Breeze.Remote.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>A device on whose disk no byte has room.</summary>
sealed class FullDisk(FilesFolder folder) : IFileSystem
{
    readonly UnixFileSystem _system = new();

    public List<string> Removed { get; } = [];

    public char Separator => _system.Separator;
    public bool HasModes => true;
    public string User => _system.User;
    public string Home => folder.Path;
    public IReadOnlyList<string> Roots => _system.Roots;

    public string Resolve(string path) => _system.Resolve(path);
    public IFolder Open(string path) => new FullFolder(_system.Open(path), Removed);
    public (string Folder, string Name)? Split(string path) => _system.Split(path);
    public string Join(string parent, string name) => _system.Join(parent, name);
    public void CheckName(string name) => _system.CheckName(name);
    public uint? UserId(string user) => _system.UserId(user);
    public uint? GroupId(string group) => _system.GroupId(group);

    sealed class FullFolder(IFolder inner, List<string> removed) : IFolder
    {
        /// <summary>What it stands for is removed by its name, which this notes.</summary>
        public SafeFileHandle Create(string name)
        {
            inner.Create(name).Dispose();
            return File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }

        public void Remove(string name, bool isFolder)
        {
            inner.Remove(name, isFolder);
            removed.Add(name);
        }

        public IEnumerable<FileEntry> List(CancellationToken cancellationToken) => inner.List(cancellationToken);
        public FileEntry? Find(string name) => inner.Find(name);
        public IFolder OpenFolder(string name) => new FullFolder(inner.OpenFolder(name), removed);
        public SafeFileHandle OpenRead(string name, out FileEntry entry) => inner.OpenRead(name, out entry);
        public SafeFileHandle? OpenOwn(string name) => null;
        public void MakeFolder(string name) => inner.MakeFolder(name);
        public void MakeLink(string name, string target, bool toFolder) => inner.MakeLink(name, target, toFolder);
        public void Rename(string name, IFolder to, string newName, bool replace) => inner.Rename(name, ((FullFolder)to).Inner, newName, replace);
        public void SetMode(string name, int mode) => inner.SetMode(name, mode);
        public void SetOwner(string name, uint? user, uint? group) => inner.SetOwner(name, user, group);
        public void Imitate(string name, FileEntry original, bool time) => inner.Imitate(name, original, time);
        public void Flush() => inner.Flush();
        public void Dispose() => inner.Dispose();

        IFolder Inner => inner;
    }
}
