using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace Breeze.PluginHost.Processes;

/// <summary>A process on Windows, in a job object of its own. Written from the documentation; not run yet.</summary>
sealed class WindowsProcess : IRunningProcess
{
    readonly Process _process;
    readonly JobObject _job;

    WindowsProcess(Process process, JobObject job)
    {
        (_process, _job) = (process, job);
        StandardInput = process.StandardInput.BaseStream;
        Exit = WaitAsync();
    }

    public Stream StandardOutput => _process.StandardOutput.BaseStream;

    public Stream StandardError => _process.StandardError.BaseStream;

    public Stream? StandardInput { get; }

    public Task<int> Exit { get; }

    public static ProcessStart Start(ProcessLaunch launch)
    {
        if (!OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        var info = new ProcessStartInfo(launch.Executable, launch.Arguments)
        {
            WorkingDirectory = launch.Directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
            info.Environment[name] = value;
        try
        {
            var process = Process.Start(info) ?? throw new Win32Exception();
            return new ProcessStart(Adopt(process), null);
        }
        catch (Win32Exception fault)
        {
            return new ProcessStart(null, $"'{launch.Executable}' could not be started: {fault.Message}.");
        }
    }

    public void KillTree()
    {
        if (OperatingSystem.IsWindows())
            _job.Terminate();
        try
        {
            // Covers what was started in the instant before the process joined its job.
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended: that is what was wanted.
            return;
        }
    }

    public void Dispose()
    {
        _job.Dispose();
        _process.Dispose();
    }

    [SupportedOSPlatform("windows")]
    static WindowsProcess Adopt(Process process)
    {
        var job = JobObject.Create();
        job.Add(process);
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
            return new WindowsProcess(process, job);
        }
        return new WindowsProcess(process, job);
    }

    async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }
}
