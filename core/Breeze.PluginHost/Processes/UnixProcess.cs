using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Breeze.PluginHost.Processes;

/// <summary>
/// A process on Linux or macOS, started by posix_spawn rather than by <see cref="System.Diagnostics.Process"/>: it leads a session of its
/// own from its first instruction, and does not inherit the ignored SIGPIPE of .NET, under which <c>yes | head -1</c> prints errors.
/// </summary>
sealed class UnixProcess : IRunningProcess
{
    const int Niceness = 5;
    readonly int _pid;
    readonly string _marker;
    readonly PipeSet _pipes;

    UnixProcess(int pid, string marker, PipeSet pipes)
    {
        (_pid, _marker, _pipes) = (pid, marker, pipes);
        // The group exists already, so children forked before this call are covered too. A refusal costs nothing but politeness.
        _ = Libc.setpriority(Libc.PriorityOfGroup, pid, Niceness);
        var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Exit = exit.Task;
        new Thread(() => exit.SetResult(Wait(pid)), maxStackSize: 128 * 1024) { IsBackground = true, Name = "process-wait" }.Start();
    }

    public Stream StandardOutput => _pipes.Output;

    public Stream StandardError => _pipes.Error;

    public Stream? StandardInput => _pipes.Input;

    public Task<int> Exit { get; }

    public static ProcessStart Start(ProcessLaunch launch)
    {
        var pipes = new PipeSet(launch.StandardInput.Length > 0);
        var error = Spawn(launch, pipes, out var pid);
        pipes.CloseChildEnds();
        if (error == 0)
            return new ProcessStart(new UnixProcess(pid, launch.Environment[ProcessEnvironment.RunMarker], pipes), null);
        pipes.Dispose();
        return new ProcessStart(null, $"'{launch.Executable}' could not be started: {new Win32Exception(error).Message}.");
    }

    public void KillTree() => UnixProcessTree.Kill(_pid, _marker);

    public void Dispose() => _pipes.Dispose();

    static int Spawn(ProcessLaunch launch, PipeSet pipes, out int pid)
    {
        using var memory = new SpawnMemory();
        var (actions, attributes, signals) = (memory.Structure(), memory.Structure(), memory.Structure());
        _ = Libc.posix_spawn_file_actions_init(actions);
        _ = Libc.posix_spawnattr_init(attributes);
        try
        {
            if (pipes.ChildInput is { } input)
                _ = Libc.posix_spawn_file_actions_adddup2(actions, input, 0);
            else
                _ = Libc.posix_spawn_file_actions_addopen(actions, 0, memory.Text("/dev/null"), Libc.ReadOnly, 0);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, pipes.ChildOutput, 1);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, pipes.ChildError, 2);

            _ = Libc.posix_spawnattr_setflags(attributes, (short)(Libc.SetSession | Libc.SetSigDef | Libc.SetSigMask));
            _ = Libc.sigemptyset(signals);
            _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
            // Hang-up, interrupt, quit, broken pipe, terminate: what the host or its starter may ignore.
            foreach (var signal in (ReadOnlySpan<int>)[1, 2, 3, 13, 15])
                _ = Libc.sigaddset(signals, signal);
            _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);

            IEnumerable<string> arguments = [launch.Executable, .. launch.Arguments];
            if (!ChangesDirectory(actions, memory.Text(launch.Directory)))
                arguments = ["/bin/sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", launch.Directory, .. arguments];
            var list = memory.Texts(arguments);
            var environment = memory.Texts(launch.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
            return Libc.posix_spawn(out pid, list[0], actions, attributes, list, environment);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>False on glibc before 2.29, where a constant line of shell changes the directory instead.</summary>
    static bool ChangesDirectory(nint actions, nint directory)
    {
        try
        {
            return Libc.posix_spawn_file_actions_addchdir_np(actions, directory) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    static int Wait(int pid)
    {
        int status;
        while (Libc.waitpid(pid, out status, 0) < 0)
        {
            // Somebody who ignores SIGCHLD for the whole process has taken the status away; the process is gone all the same.
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                return 255;
        }
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    /// <summary>The pipes of one process; every descriptor is close-on-exec, so that no other child inherits it.</summary>
    sealed class PipeSet(bool withInput) : IDisposable
    {
        public AnonymousPipeServerStream Output { get; } = new(PipeDirection.In, HandleInheritability.None);

        public AnonymousPipeServerStream Error { get; } = new(PipeDirection.In, HandleInheritability.None);

        public AnonymousPipeServerStream? Input { get; } = withInput ? new(PipeDirection.Out, HandleInheritability.None) : null;

        public int ChildOutput => (int)Output.ClientSafePipeHandle.DangerousGetHandle();

        public int ChildError => (int)Error.ClientSafePipeHandle.DangerousGetHandle();

        public int? ChildInput => (int?)Input?.ClientSafePipeHandle.DangerousGetHandle();

        public void CloseChildEnds()
        {
            Output.DisposeLocalCopyOfClientHandle();
            Error.DisposeLocalCopyOfClientHandle();
            Input?.DisposeLocalCopyOfClientHandle();
        }

        public void Dispose()
        {
            Output.Dispose();
            Error.Dispose();
            Input?.Dispose();
        }
    }
}
