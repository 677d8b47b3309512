using Breeze.Sdk;

namespace Breeze.Collectors.Software;

/// <summary>Chooses the reader of the operating system.</summary>
static class SoftwareReaders
{
    public static ISoftwareReader ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsSoftware(processes)
        : OperatingSystem.IsMacOS() ? new MacSoftware(processes)
        : new LinuxSoftware("/", processes);
}
