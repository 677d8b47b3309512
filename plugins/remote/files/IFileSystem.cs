namespace Breeze.Remote.Files;

/// <summary>
/// The device's files. A name that is no text of the system (on Unix a name is bytes) is written so that it can be read back: a byte that is not UTF-8 as <c>\xNN</c>,
/// a backslash as two. Everything throws <see cref="FileFault"/>.
/// </summary>
interface IFileSystem
{
    char Separator { get; }

    /// <summary>Whether files have owners and the twelve bits of Unix.</summary>
    bool HasModes { get; }

    string User { get; }

    string Home { get; }

    /// <summary>Where one can begin: <c>/</c>, or the drives.</summary>
    IReadOnlyList<string> Roots { get; }

    /// <summary>The path without any link in it.</summary>
    string Resolve(string path);

    /// <summary>Opens a folder by a path in which nothing is a link: what was one when it was looked at may have been exchanged since.</summary>
    IFolder Open(string path);

    /// <summary>Cuts a path into its folder and the name there; null for a root.</summary>
    (string Folder, string Name)? Split(string path);

    string Join(string folder, string name);

    /// <summary>Refuses what is no name of one thing in a folder.</summary>
    void CheckName(string name);

    /// <summary>The number of a user or group that is given by name or number.</summary>
    uint? UserId(string user);

    uint? GroupId(string group);
}
