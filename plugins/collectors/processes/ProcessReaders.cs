using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>Reads and ends processes.</summary>
interface IProcessReader
{
    /// <summary>All processes; without users and command lines when only the use of resources is wanted.</summary>
    ValueTask<IReadOnlyList<ProcessInfo>> ReadAsync(bool withDetails, CancellationToken cancellationToken);

    /// <summary>Ends the process of that id if it is still the same instance.</summary>
    /// <param name="force">At once, or by asking it to end.</param>
    ValueTask<KillResult> KillAsync(int pid, string instance, bool force, CancellationToken cancellationToken);
}

/// <summary>What came of ending a process.</summary>
enum KillResult
{
    Ended,
    Gone,
    Another,
    Forbidden,
    Unsupported,
}

/// <summary>Chooses the reader of the operating system.</summary>
static class ProcessReaders
{
    public static IProcessReader ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsProcesses(processes)
        : OperatingSystem.IsMacOS() ? new MacProcesses(processes)
        : new LinuxProcesses("/");
}
