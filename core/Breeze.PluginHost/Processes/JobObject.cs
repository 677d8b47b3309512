using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Breeze.PluginHost.Processes;

/// <summary>
/// A Windows job object: every process that a member starts is a member too, and no member can leave. Without kill-on-close, because what
/// a script leaves running after its own end is meant to stay. Written from the documentation; not run yet.
/// </summary>
sealed class JobObject : SafeHandleZeroOrMinusOneIsInvalid
{
    public JobObject()
        : base(ownsHandle: true)
    {
    }

    [SupportedOSPlatform("windows")]
    public static JobObject Create()
    {
        var job = new JobObject();
        job.SetHandle(CreateJobObjectW(0, 0));
        return job;
    }

    /// <summary>False when the process has ended already or a job of another kind forbids nesting; the kill then goes by parents alone.</summary>
    [SupportedOSPlatform("windows")]
    public bool Add(Process process) => !IsInvalid && AssignProcessToJobObject(this, process.SafeHandle);

    [SupportedOSPlatform("windows")]
    public bool Terminate() => !IsInvalid && TerminateJobObject(this, 1);

    protected override bool ReleaseHandle() => CloseHandle(handle);

    [DllImport("kernel32", SetLastError = true, ExactSpelling = true)]
    static extern nint CreateJobObjectW(nint attributes, nint name);

    [DllImport("kernel32", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool AssignProcessToJobObject(JobObject job, SafeProcessHandle process);

    [DllImport("kernel32", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool TerminateJobObject(JobObject job, uint exitCode);

    [DllImport("kernel32", SetLastError = true, ExactSpelling = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool CloseHandle(nint handle);
}
