using System.Runtime.InteropServices;

namespace Breeze.PluginHost.Processes;

/// <summary>The calls of the C library that starting and ending processes on Linux and macOS takes.</summary>
static class Libc
{
    const string Name = "libc";

    public const int SigKill = 9;
    public const int Interrupted = 4;
    public const int PriorityOfGroup = 1;
    public const short SetSigDef = 0x04;
    public const short SetSigMask = 0x08;
    public const int ReadOnly = 0;

    /// <summary>POSIX_SPAWN_SETSID, which each system numbers for itself.</summary>
    public static short SetSession => OperatingSystem.IsMacOS() ? (short)0x0400 : (short)0x0080;

    [DllImport(Name)]
    public static extern int posix_spawn(
        out int pid, nint path, nint fileActions, nint attributes, nint[] arguments, nint[] environment);

    [DllImport(Name)]
    public static extern int posix_spawn_file_actions_init(nint actions);

    [DllImport(Name)]
    public static extern int posix_spawn_file_actions_destroy(nint actions);

    [DllImport(Name)]
    public static extern int posix_spawn_file_actions_adddup2(nint actions, int from, int to);

    [DllImport(Name)]
    public static extern int posix_spawn_file_actions_addopen(nint actions, int descriptor, nint path, int flags, uint mode);

    [DllImport(Name)]
    public static extern int posix_spawn_file_actions_addchdir_np(nint actions, nint path);

    [DllImport(Name)]
    public static extern int posix_spawnattr_init(nint attributes);

    [DllImport(Name)]
    public static extern int posix_spawnattr_destroy(nint attributes);

    [DllImport(Name)]
    public static extern int posix_spawnattr_setflags(nint attributes, short flags);

    [DllImport(Name)]
    public static extern int posix_spawnattr_setsigdefault(nint attributes, nint signals);

    [DllImport(Name)]
    public static extern int posix_spawnattr_setsigmask(nint attributes, nint signals);

    [DllImport(Name)]
    public static extern int sigemptyset(nint signals);

    [DllImport(Name)]
    public static extern int sigaddset(nint signals, int signal);

    [DllImport(Name, SetLastError = true)]
    public static extern int waitpid(int pid, out int status, int options);

    [DllImport(Name, SetLastError = true)]
    public static extern int kill(int pid, int signal);

    [DllImport(Name, SetLastError = true)]
    public static extern int setpriority(int which, int who, int priority);

    [DllImport(Name)]
    public static extern int getsid(int pid);

    [DllImport(Name)]
    public static extern int getpgid(int pid);
}
