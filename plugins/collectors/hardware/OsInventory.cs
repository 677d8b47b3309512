using System.Runtime.InteropServices;

namespace Breeze.Collectors.Hardware;

/// <summary>What the runtime knows of the operating system, under what the reader found.</summary>
static class OsInventory
{
    public static OsInfo Complete(OsInfo? found) => new(
        OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux",
        found?.Name ?? RuntimeInformation.OSDescription,
        found?.Version ?? Environment.OSVersion.Version.ToString(),
        found?.Kernel ?? Environment.OSVersion.Version.ToString(),
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());
}
