using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Terminal.Windows;

/// <summary>A shell on a pseudo console of Windows, in a job that ends with it. Written from the documentation of ConPTY; not run yet.</summary>
sealed class WindowsPseudoTerminal : IPseudoTerminal
{
    readonly nint _console;
    readonly SafeProcessHandle _process;
    readonly SafeFileHandle _job;
    readonly FileStream _input;
    readonly FileStream _output;
    int _ended;

    WindowsPseudoTerminal(nint console, SafeProcessHandle process, int pid, SafeFileHandle job, SafeFileHandle input, SafeFileHandle output)
    {
        (_console, _process, _job, ProcessId) = (console, process, job, pid);
        _input = new FileStream(input, FileAccess.Write, bufferSize: 0);
        _output = new FileStream(output, FileAccess.Read, bufferSize: 0);
        var exit = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Exit = exit.Task;
        new Thread(() => exit.SetResult(Wait(process)), maxStackSize: 128 * 1024) { IsBackground = true, Name = "terminal-wait" }.Start();
    }

    public int ProcessId { get; }

    public Task<int> Exit { get; }

    public static WindowsPseudoTerminal Start(string shell, TerminalSize size)
    {
        Check(WindowsCalls.CreatePipe(out var consoleInput, out var input, 0, 0));
        using (consoleInput)
        {
            Check(WindowsCalls.CreatePipe(out var output, out var consoleOutput, 0, 0));
            using (consoleOutput)
            {
                if (WindowsCalls.CreatePseudoConsole(Coordinates(size), consoleInput, consoleOutput, 0, out var console) is not 0 and var result)
                    throw new IOException($"no pseudo console could be made: {Marshal.GetExceptionForHR(result)?.Message}");
                try
                {
                    var (process, pid, job) = Launch(shell, console);
                    return new WindowsPseudoTerminal(console, process, pid, job, input, output);
                }
                catch
                {
                    // In this order: closing the console waits until its output has been read or has nowhere to go.
                    output.Dispose();
                    input.Dispose();
                    WindowsCalls.ClosePseudoConsole(console);
                    throw;
                }
            }
        }
    }

    public int Read(Span<byte> buffer)
    {
        try
        {
            return _output.Read(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public void Write(ReadOnlySpan<byte> input)
    {
        try
        {
            _input.Write(input);
        }
        catch (IOException)
        {
            // The console is gone; its end is told elsewhere.
        }
    }

    public void Resize(TerminalSize size)
    {
        if (Volatile.Read(ref _ended) == 0)
            _ = WindowsCalls.ResizePseudoConsole(_console, Coordinates(size));
    }

    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _ = WindowsCalls.TerminateJob(_job, 1);
        // On a thread of its own: it returns only when the rest of the output has been read, or its reader is disposed of.
        new Thread(() => WindowsCalls.ClosePseudoConsole(_console), maxStackSize: 128 * 1024) { IsBackground = true, Name = "terminal-end" }.Start();
    }

    public void Dispose()
    {
        _output.Dispose();
        _input.Dispose();
        _job.Dispose();
        _process.Dispose();
    }

    static (SafeProcessHandle Process, int Id, SafeFileHandle Job) Launch(string shell, nint console)
    {
        nuint size = 0;
        _ = WindowsCalls.InitAttributes(0, 1, 0, ref size);
        var attributes = Marshal.AllocHGlobal((nint)size);
        var commandLine = Marshal.StringToHGlobalUni($"\"{shell}\"");
        var environment = CleanEnvironment();
        try
        {
            Check(WindowsCalls.InitAttributes(attributes, 1, 0, ref size));
            Check(WindowsCalls.SetAttribute(attributes, 0, WindowsCalls.PseudoConsoleAttribute, console, (nuint)nint.Size, 0, 0));
            var startup = new WindowsCalls.StartupInfo
            {
                Size = (uint)Marshal.SizeOf<WindowsCalls.StartupInfo>(),
                // With handles that are none, or the shell would get those of the agent.
                Flags = WindowsCalls.UseStandardHandles,
                Attributes = attributes,
            };
            Check(WindowsCalls.CreateProcess(
                shell, commandLine, 0, 0, false, WindowsCalls.ExtendedStartup | WindowsCalls.UnicodeEnvironment | WindowsCalls.Suspended, environment,
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ref startup, out var started));
            WindowsCalls.DeleteAttributes(attributes);
            return Contain(started);
        }
        finally
        {
            Marshal.FreeHGlobal(attributes);
            Marshal.FreeHGlobal(commandLine);
            _ = WindowsCalls.DestroyEnvironment(environment);
        }
    }

    /// <summary>Puts it into a job before its first instruction, so that nothing it starts can escape.</summary>
    static (SafeProcessHandle Process, int Id, SafeFileHandle Job) Contain(WindowsCalls.ProcessInformation started)
    {
        var process = new SafeProcessHandle(started.Process, ownsHandle: true);
        var job = WindowsCalls.CreateJob(0, 0);
        var limits = new WindowsCalls.JobLimits { Flags = WindowsCalls.KillOnClose };
        var contained = !job.IsInvalid && WindowsCalls.SetLimits(job, WindowsCalls.ExtendedLimits, ref limits, Marshal.SizeOf<WindowsCalls.JobLimits>())
            && WindowsCalls.Assign(job, process) && WindowsCalls.Resume(started.Thread) != uint.MaxValue;
        var error = Marshal.GetLastPInvokeError();
        _ = WindowsCalls.Close(started.Thread);
        if (contained)
            return (process, started.ProcessId, job);
        _ = WindowsCalls.Terminate(process, 1);
        process.Dispose();
        job.Dispose();
        throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>The user's own, as after signing in, without the agent's.</summary>
    static nint CleanEnvironment()
    {
        const uint QueryAndDuplicate = 0x0008 | 0x0002;
        const nint ThisProcess = -1;
        Check(WindowsCalls.OpenToken(ThisProcess, QueryAndDuplicate, out var token));
        using (token)
        {
            Check(WindowsCalls.CreateEnvironment(out var block, token, false));
            return block;
        }
    }

    static int Wait(SafeProcessHandle process)
    {
        _ = WindowsCalls.WaitFor(process, uint.MaxValue);
        return WindowsCalls.ExitCodeOf(process, out var code) ? code : 255;
    }

    static uint Coordinates(TerminalSize size) => (uint)size.Columns | ((uint)size.Rows << 16);

    static void Check(bool succeeded)
    {
        if (!succeeded)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }
}
