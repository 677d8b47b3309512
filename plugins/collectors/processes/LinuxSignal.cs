using System.Runtime.InteropServices;

namespace Breeze.Collectors.Processes;

/// <summary>
/// Sends a signal through a descriptor of the process, so that nothing else can have its id between the check and the signal. Kernels before 5.3
/// have no such descriptors; there the check comes right before the signal.
/// </summary>
static partial class LinuxSignal
{
    const int Term = 15;
    const int Kill = 9;
    const int NoSuchProcess = 3;
    const int NotPermitted = 1;
    const int PidfdOpen = 434;
    const int PidfdSendSignal = 424;

    /// <param name="isSame">Whether the process is the one that is meant; <see langword="null"/> when it is gone.</param>
    public static KillResult Send(int pid, bool force, Func<bool?> isSame)
    {
        var descriptor = Call(PidfdOpen, pid, 0, 0, 0);
        try
        {
            switch (isSame())
            {
                case null:
                    return KillResult.Gone;
                case false:
                    return KillResult.Another;
            }
            var signal = force ? Kill : Term;
            var sent = descriptor >= 0 ? Call(PidfdSendSignal, descriptor, signal, 0, 0) : SendKill(pid, signal);
            return sent == 0 ? KillResult.Ended : Marshal.GetLastPInvokeError() switch
            {
                NoSuchProcess => KillResult.Gone,
                NotPermitted => KillResult.Forbidden,
                _ => KillResult.Unsupported,
            };
        }
        finally
        {
            if (descriptor >= 0)
                _ = Close((int)descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendKill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
