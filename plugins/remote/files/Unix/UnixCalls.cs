using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Unix;

/// <summary>The calls of the C library that take a folder's descriptor and a name, with the numbers that each system has for them. Names end with a zero byte.</summary>
static partial class UnixCalls
{
    const string Name = "libc";

    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Denied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int OtherDevice = 18;
    public const int NoFolder = 20;
    public const int IsFolder = 21;
    public const int Invalid = 22;
    public const int TooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;

    const int LockExclusiveWithoutWaiting = 2 | 4;

    public static bool Mac { get; } = OperatingSystem.IsMacOS();

    static bool Arm { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int TooManyLinks => Mac ? 62 : 40;
    public static int NameTooLong => Mac ? 63 : 36;
    public static int NotEmpty => Mac ? 66 : 39;
    public static int QuotaExceeded => Mac ? 69 : 122;
    public static int NotSupported => Mac ? 45 : 95;
    public static int NotImplemented => Mac ? 78 : 38;
    public static int NoFollowFlag => Mac ? 0x20 : 0x100;

    static int CloseInChildren => Mac ? 0x1000000 : 0x80000;
    static int FolderOnly => Mac ? 0x100000 : Arm ? 0x4000 : 0x10000;
    static int NoLink => Mac ? 0x100 : Arm ? 0x8000 : 0x20000;
    static int NeverWait => Mac ? 0x4 : 0x800;
    static int NoTerminal => Mac ? 0x20000 : 0x100;
    static int MakeNew => Mac ? 0x200 | 0x800 : 0x40 | 0x80;
    static int PlaceOnly => Mac ? 0 : 0x200000;

    /// <summary>A place to go on from: on Linux it takes no right to read the folder.</summary>
    public static SafeFileHandle OpenPlace(SafeFileHandle folder, ReadOnlySpan<byte> name) => OpenAt(folder, name, FolderOnly | NoLink | CloseInChildren | PlaceOnly, 0);

    public static SafeFileHandle OpenRoot() => Open("/\0"u8, FolderOnly | CloseInChildren | PlaceOnly);

    /// <summary>Whatever it is, without opening it; Linux only.</summary>
    public static SafeFileHandle OpenThing(SafeFileHandle folder, ReadOnlySpan<byte> name) => OpenAt(folder, name, NoLink | CloseInChildren | PlaceOnly, 0);

    public static SafeFileHandle OpenToList(SafeFileHandle folder) => OpenAt(folder, ".\0"u8, FolderOnly | CloseInChildren, 0);

    public static SafeFileHandle OpenToRead(SafeFileHandle folder, ReadOnlySpan<byte> name) => OpenAt(folder, name, NoLink | NeverWait | NoTerminal | CloseInChildren, 0);

    public static SafeFileHandle OpenToWrite(SafeFileHandle folder, ReadOnlySpan<byte> name) => OpenAt(folder, name, 2 | NoLink | NeverWait | NoTerminal | CloseInChildren, 0);

    public static SafeFileHandle OpenNew(SafeFileHandle folder, ReadOnlySpan<byte> name) => OpenAt(folder, name, 2 | MakeNew | NoLink | CloseInChildren, 0x180);

    public static int Remove(SafeFileHandle folder, ReadOnlySpan<byte> name, bool isFolder) => UnlinkAt(folder, name, isFolder ? Mac ? 0x80 : 0x200 : 0);

    /// <summary>False when another process, or another session of this one, has it.</summary>
    public static bool TryLock(SafeFileHandle file) => Lock(file, LockExclusiveWithoutWaiting) == 0;

    static SafeFileHandle OpenAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags, uint mode) =>
        // Apple's processors take a variadic call's further arguments from the stack: five that fill the registers bring the mode there.
        Mac && Arm ? OpenAtOnStack(folder, name, flags, 0, 0, 0, 0, 0, mode) : OpenAtPlain(folder, name, flags, mode);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true)]
    private static partial SafeFileHandle Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport(Name, EntryPoint = "openat", SetLastError = true)]
    private static partial SafeFileHandle OpenAtPlain(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "openat", SetLastError = true)]
    private static partial SafeFileHandle OpenAtOnStack(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags, nint fourth, nint fifth, nint sixth, nint seventh, nint eighth, nuint mode);

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true)]
    internal static partial int Stat(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags, uint wanted, ref byte result);

    [LibraryImport(Name, EntryPoint = "fstatat", SetLastError = true)]
    private static partial int StatOnArmMac(SafeFileHandle folder, ReadOnlySpan<byte> name, ref byte result, int flags);

    [LibraryImport(Name, EntryPoint = "fstatat$INODE64", SetLastError = true)]
    private static partial int StatOnIntelMac(SafeFileHandle folder, ReadOnlySpan<byte> name, ref byte result, int flags);

    internal static int StatOnMac(SafeFileHandle folder, ReadOnlySpan<byte> name, ref byte result, int flags) =>
        Arm ? StatOnArmMac(folder, name, ref result, flags) : StatOnIntelMac(folder, name, ref result, flags);

    [LibraryImport(Name, EntryPoint = "fstat", SetLastError = true)]
    private static partial int StatOpenOnArmMac(SafeFileHandle handle, ref byte result);

    [LibraryImport(Name, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int StatOpenOnIntelMac(SafeFileHandle handle, ref byte result);

    internal static int StatOnMac(SafeFileHandle handle, ref byte result) => Arm ? StatOpenOnArmMac(handle, ref result) : StatOpenOnIntelMac(handle, ref result);

    [LibraryImport(Name, EntryPoint = "fdopendir", SetLastError = true)]
    private static partial nint OpenStreamPlain(nint descriptor);

    [LibraryImport(Name, EntryPoint = "fdopendir$INODE64", SetLastError = true)]
    private static partial nint OpenStreamOnIntelMac(nint descriptor);

    internal static nint OpenStream(nint descriptor) => Mac && !Arm ? OpenStreamOnIntelMac(descriptor) : OpenStreamPlain(descriptor);

    [LibraryImport(Name, EntryPoint = "readdir", SetLastError = true)]
    private static partial nint NextPlain(nint stream);

    [LibraryImport(Name, EntryPoint = "readdir$INODE64", SetLastError = true)]
    private static partial nint NextOnIntelMac(nint stream);

    internal static nint Next(nint stream) => Mac && !Arm ? NextOnIntelMac(stream) : NextPlain(stream);

    [LibraryImport(Name, EntryPoint = "closedir")]
    internal static partial int CloseStream(nint stream);

    [LibraryImport(Name, EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLink(SafeFileHandle folder, ReadOnlySpan<byte> name, ref byte target, nint size);

    [LibraryImport(Name, EntryPoint = "realpath", SetLastError = true)]
    internal static partial nint RealPath(ReadOnlySpan<byte> path, nint none);

    [LibraryImport(Name, EntryPoint = "free")]
    internal static partial void Free(nint memory);

    [LibraryImport(Name, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MakeFolder(SafeFileHandle folder, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport(Name, EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int MakeLink(ReadOnlySpan<byte> target, SafeFileHandle folder, ReadOnlySpan<byte> name);

    [LibraryImport(Name, EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags);

    [LibraryImport(Name, EntryPoint = "renameat", SetLastError = true)]
    internal static partial int Rename(SafeFileHandle from, ReadOnlySpan<byte> name, SafeFileHandle to, ReadOnlySpan<byte> newName);

    [LibraryImport(Name, EntryPoint = "renameat2", SetLastError = true)]
    internal static partial int RenameWithFlags(SafeFileHandle from, ReadOnlySpan<byte> name, SafeFileHandle to, ReadOnlySpan<byte> newName, uint flags);

    [LibraryImport(Name, EntryPoint = "renameatx_np", SetLastError = true)]
    internal static partial int RenameOnMac(SafeFileHandle from, ReadOnlySpan<byte> name, SafeFileHandle to, ReadOnlySpan<byte> newName, uint flags);

    [LibraryImport(Name, EntryPoint = "chmod", SetLastError = true)]
    internal static partial int SetMode(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport(Name, EntryPoint = "fchmodat", SetLastError = true)]
    internal static partial int SetModeAt(SafeFileHandle folder, ReadOnlySpan<byte> name, uint mode, int flags);

    [LibraryImport(Name, EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int SetOwner(SafeFileHandle folder, ReadOnlySpan<byte> name, uint user, uint group, int flags);

    [LibraryImport(Name, EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int SetTimes(SafeFileHandle folder, ReadOnlySpan<byte> name, ReadOnlySpan<long> times, int flags);

    [LibraryImport(Name, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Flush(SafeFileHandle file);

    [LibraryImport(Name, EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport(Name, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();
}
