using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files;

/// <summary>
/// An open folder. What is done by it is done to a name in this very folder, and to a link itself and never to what it leads to, whatever happens to the path meanwhile.
/// </summary>
interface IFolder : IDisposable
{
    /// <summary>Read as they are asked for, without order.</summary>
    IEnumerable<FileEntry> List(CancellationToken cancellationToken);

    /// <summary>Null when it is not there.</summary>
    FileEntry? Find(string name);

    IFolder OpenFolder(string name);

    /// <summary>Opens a regular file; anything else would wait for somebody, or do something.</summary>
    SafeFileHandle OpenRead(string name, out FileEntry entry);

    /// <summary>Makes a file that was not there, for this user alone.</summary>
    SafeFileHandle Create(string name);

    /// <summary>Opens a file of this very user to write on; null when it is not one, or somebody else could have put it there.</summary>
    SafeFileHandle? OpenOwn(string name);

    void MakeFolder(string name);

    void MakeLink(string name, string target, bool toFolder);

    void Remove(string name, bool folder);

    /// <summary>At once, within one file system; otherwise it throws <see cref="FileFault.CrossDevice"/>.</summary>
    void Rename(string name, IFolder to, string newName, bool replace);

    void SetMode(string name, int mode);

    void SetOwner(string name, uint? user, uint? group);

    /// <summary>Gives a new file what another one has: mode, time and, where it may, owner.</summary>
    void Imitate(string name, FileEntry original, bool time);

    /// <summary>Makes what was renamed here outlast a power failure.</summary>
    void Flush();
}
