using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Unix;

/// <summary>The files of Linux or macOS.</summary>
sealed class UnixFileSystem : IFileSystem
{
    readonly UnixAccounts _accounts = new();

    public char Separator => '/';

    public bool HasModes => true;

    public string User => Environment.UserName;

    public string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home && Directory.Exists(home) ? home : "/";

    public IReadOnlyList<string> Roots => ["/"];

    public string Resolve(string path)
    {
        CheckPath(path);
        var real = UnixCalls.RealPath(UnixNames.BytesOf(path), 0);
        if (real == 0)
            throw UnixErrors.Last(path);
        try
        {
            return UnixNames.TextOf(UnixFolder.TextAt(real));
        }
        finally
        {
            UnixCalls.Free(real);
        }
    }

    public IFolder Open(string path)
    {
        CheckPath(path);
        var place = UnixCalls.OpenRoot();
        if (place.IsInvalid)
            throw UnixErrors.Last("/");
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var before = place;
            place = Step(before, part);
        }
        return new UnixFolder(place, _accounts);
    }

    public (string Folder, string Name)? Split(string path)
    {
        CheckPath(path);
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length == 0)
            return null;
        var slash = trimmed.LastIndexOf('/');
        return (slash == 0 ? "/" : trimmed[..slash], trimmed[(slash + 1)..]);
    }

    public string Join(string folder, string name) => folder.EndsWith('/') ? folder + name : $"{folder}/{name}";

    public void CheckName(string name) => RequireName(name);

    internal static void RequireName(string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
            throw FileFault.Invalid("A name is not empty, has no slash, and is neither . nor ..");
    }

    public uint? UserId(string user) => _accounts.UserNamed(user);

    public uint? GroupId(string group) => _accounts.GroupNamed(group);

    static void CheckPath(string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
            throw FileFault.Invalid("A path begins with a slash.");
    }

    internal static SafeFileHandle Step(SafeFileHandle folder, string name)
    {
        RequireName(name);
        var bytes = UnixNames.BytesOf(name);
        var next = UnixCalls.OpenPlace(folder, bytes);
        if (!next.IsInvalid)
            return next;
        var error = Marshal.GetLastPInvokeError();
        next.Dispose();
        // Which of the two it says of a link depends on the system.
        throw (error == UnixCalls.NoFolder || error == UnixCalls.TooManyLinks) && UnixStat.Of(folder, bytes, follow: false) is { Kind: FileKinds.Link }
            ? FileFault.Link(name)
            : UnixErrors.Of(error, name);
    }
}
