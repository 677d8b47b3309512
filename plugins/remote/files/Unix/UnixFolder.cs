using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Unix;

/// <summary>A folder by its descriptor: every call names something in it, and none follows a link.</summary>
sealed class UnixFolder(SafeFileHandle place, UnixAccounts accounts) : IFolder
{
    const int LongestTarget = 4096;
    const uint NoReplace = 1;
    const uint NoReplaceOnMac = 4;

    static int OffsetOfName => UnixCalls.Mac ? 21 : 19;

    public IEnumerable<FileEntry> List(CancellationToken cancellationToken)
    {
        using var stream = new FolderStream(place);
        while (stream.Next() is { } name)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What has gone since is no entry any more.
            if (FindAnyway(name) is { } entry)
                yield return entry;
        }
    }

    public FileEntry? Find(string name) => Find(NameOf(name), name);

    public IFolder OpenFolder(string name) => new UnixFolder(UnixFileSystem.Step(place, name), accounts);

    public SafeFileHandle OpenRead(string name, out FileEntry entry)
    {
        var bytes = NameOf(name);
        // Looked at before: opening a device may already do something.
        Require(Find(bytes, name) ?? throw FileFault.Missing(name));
        var handle = UnixCalls.OpenToRead(place, bytes);
        try
        {
            if (handle.IsInvalid)
                throw UnixErrors.Last(name);
            entry = UnixStat.Of(handle, name).EntryOf(name, accounts);
            Require(entry);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public SafeFileHandle Create(string name)
    {
        var handle = UnixCalls.OpenNew(place, NameOf(name));
        if (!handle.IsInvalid)
            return handle;
        var fault = UnixErrors.Last(name);
        handle.Dispose();
        throw fault;
    }

    public SafeFileHandle? OpenOwn(string name)
    {
        var handle = UnixCalls.OpenToWrite(place, NameOf(name));
        if (!handle.IsInvalid && UnixStat.Of(handle, name) is { Kind: FileKinds.File, Links: 1 } stat && stat.UserId == UnixCalls.EffectiveUser() && (stat.Mode & 0x3f) == 0)
            return handle;
        handle.Dispose();
        return null;
    }

    public void MakeFolder(string name) => Check(UnixCalls.MakeFolder(place, NameOf(name), 0x1ed), name);

    public void MakeLink(string name, string target, bool toFolder) => Check(UnixCalls.MakeLink(UnixNames.BytesOf(target), place, NameOf(name)), name);

    public void Remove(string name, bool folder) => Check(UnixCalls.Remove(place, NameOf(name), folder), name);

    public void Rename(string name, IFolder to, string newName, bool replace)
    {
        var (from, onto, other) = (NameOf(name), NameOf(newName), ((UnixFolder)to).Place);
        Check(replace ? UnixCalls.Rename(place, from, other, onto) : RenameToFree(from, other, onto), newName);
    }

    public void SetMode(string name, int mode)
    {
        var bytes = NameOf(name);
        if (UnixCalls.Mac)
        {
            Check(UnixCalls.SetModeAt(place, bytes, (uint)mode, UnixCalls.NoFollowFlag), name);
            return;
        }
        // Linux has no such call that spares links; what is open by its place is not exchanged any more.
        using var thing = UnixCalls.OpenThing(place, bytes);
        if (thing.IsInvalid)
            throw UnixErrors.Last(name);
        if (UnixStat.Of(thing, name).Kind == FileKinds.Link)
            throw FileFault.Link(name);
        Check(UnixCalls.SetMode(Encoding.ASCII.GetBytes($"/proc/self/fd/{thing.DangerousGetHandle()}\0"), (uint)mode), name);
        GC.KeepAlive(thing);
    }

    public void SetOwner(string name, uint? user, uint? group) =>
        Check(UnixCalls.SetOwner(place, NameOf(name), user ?? uint.MaxValue, group ?? uint.MaxValue, UnixCalls.NoFollowFlag), name);

    public void Imitate(string name, FileEntry original, bool time)
    {
        var bytes = NameOf(name);
        var owned = UnixCalls.SetOwner(place, bytes, original.UserId, original.GroupId, UnixCalls.NoFollowFlag) == 0;
        if (!original.IsLink && original.Mode is { } mode)
            // Without its owner a program that takes on its owner's rights would give this user's.
            SetMode(name, owned ? mode : mode & 0x1ff);
        if (time)
        {
            var (seconds, milliseconds) = Math.DivRem(original.Changed, 1000);
            var nanoseconds = milliseconds * 1_000_000;
            _ = UnixCalls.SetTimes(place, bytes, [seconds, nanoseconds, seconds, nanoseconds], UnixCalls.NoFollowFlag);
        }
    }

    public void Flush()
    {
        using var folder = UnixCalls.OpenToList(place);
        if (!folder.IsInvalid)
            _ = UnixCalls.Flush(folder);
    }

    public void Dispose() => place.Dispose();

    SafeFileHandle Place => place;

    /// <summary>The bytes of a text of the C library.</summary>
    internal static unsafe ReadOnlySpan<byte> TextAt(nint address) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)address);

    FileEntry? Find(byte[] bytes, string name)
    {
        if (UnixStat.Of(place, bytes, follow: false) is not { } stat)
            return Marshal.GetLastPInvokeError() == UnixCalls.NoEntry ? null : throw UnixErrors.Last(name);
        var entry = stat.EntryOf(name, accounts);
        return entry.IsLink ? entry with { Target = TargetOf(bytes), Leads = UnixStat.Of(place, bytes, follow: true)?.Kind } : entry;
    }

    /// <summary>In a folder that may be listed and not entered, names are all there is.</summary>
    FileEntry? FindAnyway(string name)
    {
        try
        {
            return Find(name);
        }
        catch (FileFault)
        {
            return new FileEntry(name, FileKinds.Unknown, 0, 0);
        }
    }

    string TargetOf(byte[] bytes)
    {
        var target = new byte[LongestTarget];
        var length = (int)UnixCalls.ReadLink(place, bytes, ref target[0], target.Length);
        return length < 0 ? "" : UnixNames.TextOf(target.AsSpan(0, length));
    }

    int RenameToFree(byte[] from, SafeFileHandle other, byte[] onto)
    {
        var result = -1;
        var supported = true;
        try
        {
            result = UnixCalls.Mac ? UnixCalls.RenameOnMac(place, from, other, onto, NoReplaceOnMac) : UnixCalls.RenameWithFlags(place, from, other, onto, NoReplace);
            supported = result == 0 || Marshal.GetLastPInvokeError() is var error && error != UnixCalls.Invalid && error != UnixCalls.NotImplemented && error != UnixCalls.NotSupported;
        }
        catch (EntryPointNotFoundException)
        {
            supported = false;
        }
        if (supported)
            return result;
        // An old system or a simple file system: looked at before, which leaves a moment.
        if (UnixStat.Of(other, onto, follow: false) is null)
            return UnixCalls.Rename(place, from, other, onto);
        Marshal.SetLastPInvokeError(UnixCalls.Exists);
        return -1;
    }

    /// <summary>Whoever asks should have checked it; here it would be too late.</summary>
    static byte[] NameOf(string name)
    {
        UnixFileSystem.RequireName(name);
        return UnixNames.BytesOf(name);
    }

    static void Check(int result, string name)
    {
        if (result != 0)
            throw UnixErrors.Last(name);
    }

    static void Require(FileEntry entry)
    {
        if (entry.IsLink)
            throw FileFault.Link(entry.Name);
        if (!entry.IsFile)
            throw new FileFault(entry.IsFolder ? "not_a_file" : "special", entry.IsFolder ? $"{entry.Name} is a folder." : $"{entry.Name} is no regular file: reading it could wait for ever.");
    }

    /// <summary>The names in a folder, one by one.</summary>
    sealed class FolderStream : IDisposable
    {
        readonly nint _stream;

        public FolderStream(SafeFileHandle place)
        {
            using var folder = UnixCalls.OpenToList(place);
            if (folder.IsInvalid)
                throw UnixErrors.Last("The folder");
            _stream = UnixCalls.OpenStream(folder.DangerousGetHandle());
            if (_stream == 0)
                throw UnixErrors.Last("The folder");
            // It is the stream's now.
            folder.SetHandleAsInvalid();
        }

        public string? Next()
        {
            while (UnixCalls.Next(_stream) is not 0 and var entry)
            {
                var name = TextAt(entry + OffsetOfName);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    return UnixNames.TextOf(name);
            }
            return null;
        }

        public void Dispose() => _ = UnixCalls.CloseStream(_stream);
    }
}
