using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Terminal.Windows;

/// <summary>The calls of Windows that a pseudo console takes.</summary>
static partial class WindowsCalls
{
    const string Kernel = "kernel32.dll";

    public const uint ExtendedStartup = 0x0008_0000;
    public const uint UnicodeEnvironment = 0x0000_0400;
    public const uint Suspended = 0x0000_0004;
    public const uint UseStandardHandles = 0x0000_0100;
    public const nuint PseudoConsoleAttribute = 0x0002_0016;
    public const int ExtendedLimits = 9;
    public const uint KillOnClose = 0x2000;

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StartupInfo
    {
        public uint Size;
        public nint Reserved;
        public nint Desktop;
        public nint Title;
        public uint X;
        public uint Y;
        public uint Width;
        public uint Height;
        public uint Columns;
        public uint Rows;
        public uint Fill;
        public uint Flags;
        public ushort Show;
        public ushort ReservedSize;
        public nint ReservedBytes;
        public nint Input;
        public nint Output;
        public nint Error;
        public nint Attributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessInformation
    {
        public nint Process;
        public nint Thread;
        public int ProcessId;
        public int ThreadId;
    }

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct JobLimits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public nuint SmallestWorkingSet;
        public nuint LargestWorkingSet;
        public uint ActiveProcesses;
        public nuint Affinity;
        public uint Priority;
        public uint Scheduling;
        public ulong ReadOperations;
        public ulong WriteOperations;
        public ulong OtherOperations;
        public ulong ReadBytes;
        public ulong WriteBytes;
        public ulong OtherBytes;
        public nuint ProcessMemory;
        public nuint JobMemory;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }

    [LibraryImport(Kernel, EntryPoint = "CreatePipe", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreatePipe(out SafeFileHandle read, out SafeFileHandle write, nint attributes, uint size);

    /// <param name="size">COORD: columns in the lower 16 bits, rows in the upper.</param>
    /// <param name="input">What the console reads.</param>
    /// <param name="output">What the console writes.</param>
    /// <param name="flags">None.</param>
    /// <param name="console">HPCON.</param>
    [LibraryImport(Kernel, EntryPoint = "CreatePseudoConsole")]
    internal static partial int CreatePseudoConsole(uint size, SafeFileHandle input, SafeFileHandle output, uint flags, out nint console);

    [LibraryImport(Kernel, EntryPoint = "ResizePseudoConsole")]
    internal static partial int ResizePseudoConsole(nint console, uint size);

    [LibraryImport(Kernel, EntryPoint = "ClosePseudoConsole")]
    internal static partial void ClosePseudoConsole(nint console);

    [LibraryImport(Kernel, EntryPoint = "InitializeProcThreadAttributeList", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool InitAttributes(nint list, int count, uint flags, ref nuint size);

    [LibraryImport(Kernel, EntryPoint = "UpdateProcThreadAttribute", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetAttribute(nint list, uint flags, nuint attribute, nint value, nuint size, nint previous, nint returned);

    [LibraryImport(Kernel, EntryPoint = "DeleteProcThreadAttributeList")]
    internal static partial void DeleteAttributes(nint list);

    [LibraryImport(Kernel, EntryPoint = "CreateProcessW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateProcess(
        string application, nint commandLine, nint processAttributes, nint threadAttributes, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint flags, nint environment,
        string directory, ref StartupInfo startup, out ProcessInformation process);

    [LibraryImport(Kernel, EntryPoint = "ResumeThread", SetLastError = true)]
    internal static partial uint Resume(nint thread);

    [LibraryImport(Kernel, EntryPoint = "WaitForSingleObject", SetLastError = true)]
    internal static partial uint WaitFor(SafeProcessHandle handle, uint milliseconds);

    [LibraryImport(Kernel, EntryPoint = "GetExitCodeProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ExitCodeOf(SafeProcessHandle process, out int code);

    [LibraryImport(Kernel, EntryPoint = "TerminateProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Terminate(SafeProcessHandle process, uint code);

    [LibraryImport(Kernel, EntryPoint = "CloseHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Close(nint handle);

    [LibraryImport(Kernel, EntryPoint = "CreateJobObjectW", SetLastError = true)]
    internal static partial SafeFileHandle CreateJob(nint attributes, nint name);

    [LibraryImport(Kernel, EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetLimits(SafeFileHandle job, int kind, ref JobLimits limits, int size);

    [LibraryImport(Kernel, EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Assign(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport(Kernel, EntryPoint = "TerminateJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateJob(SafeFileHandle job, uint code);

    [LibraryImport("advapi32.dll", EntryPoint = "OpenProcessToken", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool OpenToken(nint process, uint access, out SafeAccessTokenHandle token);

    [LibraryImport("userenv.dll", EntryPoint = "CreateEnvironmentBlock", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateEnvironment(out nint block, SafeAccessTokenHandle token, [MarshalAs(UnmanagedType.Bool)] bool inherit);

    [LibraryImport("userenv.dll", EntryPoint = "DestroyEnvironmentBlock", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool DestroyEnvironment(nint block);
}
