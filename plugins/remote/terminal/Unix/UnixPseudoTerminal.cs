using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Terminal.Unix;

/// <summary>
/// A shell on a pseudo terminal of Linux or macOS, started by posix_spawn: a process with a runtime in it must not fork. The child leads a session of its own, and by
/// opening the terminal's other side makes it its controlling terminal, so that Ctrl-C and job control work.
/// </summary>
sealed class UnixPseudoTerminal : IPseudoTerminal
{
    /// <summary>How long an ended terminal may be silent before nothing more is expected: something outside the session may hold it open.</summary>
    const int SilenceAtTheEnd = 250;

    readonly SafeFileHandle _master;

    /// <summary>Closing its other end wakes whoever waits for the terminal.</summary>
    readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out, HandleInheritability.None);
    readonly SafePipeHandle _woken;
    int _ended;

    UnixPseudoTerminal(SafeFileHandle master, int pid)
    {
        (_master, ProcessId, _woken) = (master, pid, _wake.ClientSafePipeHandle);
        var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Exit = exit.Task;
        new Thread(() => exit.SetResult(WaitFor(pid)), maxStackSize: 128 * 1024) { IsBackground = true, Name = "terminal-wait" }.Start();
    }

    public int ProcessId { get; }

    public Task<int> Exit { get; }

    public static UnixPseudoTerminal Start(string shell, UnixAccount account, TerminalSize size)
    {
        var master = UnixCalls.OpenMaster();
        try
        {
            var name = new byte[128];
            if (master.IsInvalid || UnixCalls.Grant(master) != 0 || UnixCalls.Unlock(master) != 0 || UnixCalls.NameOfSlave(master, ref name[0], name.Length) != 0)
                throw new IOException($"No terminal could be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
            var slave = Encoding.UTF8.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
            _ = UnixCalls.Resize(master, size);
            if (Spawn(shell, account, slave, out var pid) is not 0 and var error)
                throw new IOException($"{new Win32Exception(error).Message}.");
            // macOS forgets a size that was set before anybody had the other side open.
            _ = UnixCalls.Resize(master, size);
            return new UnixPseudoTerminal(master, pid);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    public int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length)
        {
            var read = (int)UnixCalls.Read(_master, ref buffer[count], buffer.Length - count);
            if (read > 0)
            {
                // The kernel hands out a few kilobytes at a time; what is there already goes along.
                count += read;
                continue;
            }
            var error = read == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error == UnixCalls.Interrupted)
                continue;
            if (count > 0)
                break;
            // No process has the other side open any more (an input/output error), or it is quiet.
            if (error != UnixCalls.WouldBlock || !Wait(UnixCalls.Readable, untilSilence: true))
                return 0;
        }
        return count;
    }

    public void Write(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && Volatile.Read(ref _ended) == 0)
        {
            var written = (int)UnixCalls.Write(_master, ref MemoryMarshal.GetReference(input), input.Length);
            if (written >= 0)
            {
                input = input[written..];
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error != UnixCalls.Interrupted && (error != UnixCalls.WouldBlock || !Wait(UnixCalls.Writable, untilSilence: false)))
                return;
        }
    }

    public void Resize(TerminalSize size) => UnixCalls.Resize(_master, size);

    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _wake.Dispose();
        UnixSession.End(ProcessId);
    }

    public void Dispose()
    {
        _wake.Dispose();
        _woken.Dispose();
        _master.Dispose();
    }

    /// <summary>Whether it is worth another try: until the terminal has ended, and for reading a little longer.</summary>
    bool Wait(short what, bool untilSilence)
    {
        Span<UnixCalls.PollEntry> entries = [new() { Descriptor = (int)_master.DangerousGetHandle(), Events = what }, new() { Descriptor = (int)_woken.DangerousGetHandle() }];
        if (Volatile.Read(ref _ended) == 0)
        {
            _ = UnixCalls.Poll(ref entries[0], 2, -1);
            return untilSilence || Volatile.Read(ref _ended) == 0;
        }
        return untilSilence && UnixCalls.Poll(ref entries[0], 1, SilenceAtTheEnd) != 0;
    }

    static int Spawn(string shell, UnixAccount account, string slave, out int pid)
    {
        using var memory = new SpawnMemory();
        var (actions, attributes, signals) = (memory.Structure(), memory.Structure(), memory.Structure());
        _ = UnixCalls.InitActions(actions);
        _ = UnixCalls.InitAttributes(attributes);
        try
        {
            // Without O_NOCTTY: that is what makes it the controlling terminal.
            _ = UnixCalls.AddOpen(actions, 0, memory.Text(slave), UnixCalls.ReadWrite, 0);
            _ = UnixCalls.AddDuplicate(actions, 0, 1);
            _ = UnixCalls.AddDuplicate(actions, 0, 2);
            ChangeDirectory(actions, memory.Text(Directory.Exists(account.Home) ? account.Home : "/"));
            _ = UnixCalls.SetFlags(attributes, UnixCalls.SpawnFlags);
            _ = UnixCalls.EmptySet(signals);
            _ = UnixCalls.SetMask(attributes, signals);
            foreach (var signal in UnixCalls.SignalsToReset)
                _ = UnixCalls.AddSignal(signals, signal);
            _ = UnixCalls.SetDefaultSignals(attributes, signals);
            // The dash makes it a login shell.
            var arguments = memory.Texts([$"-{Path.GetFileName(shell)}"]);
            var environment = memory.Texts(account.EnvironmentFor(shell).Select(variable => $"{variable.Key}={variable.Value}"));
            return UnixCalls.Spawn(out pid, memory.Text(shell), actions, attributes, arguments, environment);
        }
        finally
        {
            _ = UnixCalls.DestroyActions(actions);
            _ = UnixCalls.DestroyAttributes(attributes);
        }
    }

    static void ChangeDirectory(nint actions, nint directory)
    {
        try
        {
            _ = UnixCalls.AddDirectory(actions, directory);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.29: the shell begins where the agent is.
        }
    }

    static int WaitFor(int pid)
    {
        int status;
        while (UnixCalls.WaitFor(pid, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != UnixCalls.Interrupted)
                return 255;
        }
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }
}
