using Breeze.Sdk;

namespace Breeze.Collectors.Patches;

/// <summary>Asks what waits to be installed, without installing or fetching anything.</summary>
interface IPatchReader
{
    ValueTask<PatchesDocument> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Chooses the reader of the operating system.</summary>
static class PatchReaders
{
    public static IPatchReader ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsPatches(processes)
        : OperatingSystem.IsMacOS() ? new MacPatches(processes)
        : new LinuxPatches("/", processes);
}
