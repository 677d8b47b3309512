using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Chooses the manager of the operating system.</summary>
static class ServiceManagers
{
    public static IServiceManager ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsServices(processes)
        : OperatingSystem.IsMacOS() ? new LaunchdServices(processes)
        // This directory is how systemd itself says that it is the one that runs: sd_booted(3).
        : Directory.Exists("/run/systemd/system") ? new SystemdServices(processes)
        : new SysvServices("/", processes);
}
