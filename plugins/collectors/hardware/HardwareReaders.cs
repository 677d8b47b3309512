using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>Chooses the reader of the operating system.</summary>
static class HardwareReaders
{
    public static IHardwareReader ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsHardware(processes)
        : OperatingSystem.IsMacOS() ? new MacHardware(processes)
        : new LinuxHardware("/");
}
