using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Terminal.Unix;

/// <summary>The calls of the C library that a pseudo terminal takes, with the numbers that each system has for them.</summary>
static partial class UnixCalls
{
    const string Name = "libc";

    public const int Interrupted = 4;
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int ReadWrite = 2;
    public const short Readable = 1;
    public const short Writable = 4;

    static bool Mac { get; } = OperatingSystem.IsMacOS();

    public static int WouldBlock => Mac ? 35 : 11;

    public static int Continue => Mac ? 19 : 18;

    /// <summary>A session of its own, default signals, an empty mask; on macOS also no descriptor but those that are named.</summary>
    public static short SpawnFlags => (short)(0x04 | 0x08 | (Mac ? 0x0400 | 0x4000 : 0x0080));

    /// <summary>What the agent or its starter may ignore, and a shell must not: hang-up, interrupt, quit, broken pipe, alarm, terminate, and the three of job control.</summary>
    public static ReadOnlySpan<int> SignalsToReset => Mac ? [1, 2, 3, 13, 14, 15, 18, 21, 22] : [1, 2, 3, 13, 14, 15, 20, 21, 22];

    /// <summary>The terminal's side that we hold: not ours as controlling terminal, closed in every child, never blocking.</summary>
    public static SafeFileHandle OpenMaster() => Mac ? Open("/dev/ptmx", ReadWrite | 0x20000 | 0x1000000 | 0x4) : OpenTerminal(ReadWrite | 0x100 | 0x80000 | 0x800);

    public static bool Resize(SafeFileHandle master, TerminalSize size)
    {
        var window = new WindowSize { Rows = (ushort)size.Rows, Columns = (ushort)size.Columns };
        // Apple's processors take a variadic call's further arguments from the stack: six that fill the registers bring the pointer there.
        return (Mac && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? ControlOnStack(master, 0x80087467, 0, 0, 0, 0, 0, 0, ref window)
            : Control(master, Mac ? 0x80087467u : 0x5414u, ref window)) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Seen;
    }

    [LibraryImport(Name, EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial SafeFileHandle OpenTerminal(int flags);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, nuint request, ref WindowSize size);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlOnStack(
        SafeFileHandle descriptor, nuint request, nint third, nint fourth, nint fifth, nint sixth, nint seventh, nint eighth, ref WindowSize size);

    [LibraryImport(Name, EntryPoint = "grantpt", SetLastError = true)]
    internal static partial int Grant(SafeFileHandle master);

    [LibraryImport(Name, EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int Unlock(SafeFileHandle master);

    [LibraryImport(Name, EntryPoint = "ptsname_r", SetLastError = true)]
    internal static partial int NameOfSlave(SafeFileHandle master, ref byte name, nint size);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle descriptor, ref byte buffer, nint count);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle descriptor, ref byte buffer, nint count);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitFor(int pid, out int status, int options);

    [LibraryImport(Name, EntryPoint = "kill")]
    internal static partial int Send(int pid, int signal);

    [LibraryImport(Name, EntryPoint = "getsid")]
    internal static partial int SessionOf(int pid);

    [LibraryImport(Name, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport(Name, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(out int pid, nint path, nint actions, nint attributes, nint[] arguments, nint[] environment);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int InitActions(nint actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int DestroyActions(nint actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static partial int AddOpen(nint actions, int descriptor, nint path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int AddDuplicate(nint actions, int from, int to);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int AddDirectory(nint actions, nint directory);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_init")]
    internal static partial int InitAttributes(nint attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int DestroyAttributes(nint attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SetFlags(nint attributes, short flags);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SetDefaultSignals(nint attributes, nint signals);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SetMask(nint attributes, nint signals);

    [LibraryImport(Name, EntryPoint = "sigemptyset")]
    internal static partial int EmptySet(nint signals);

    [LibraryImport(Name, EntryPoint = "sigaddset")]
    internal static partial int AddSignal(nint signals, int signal);
}
