namespace Breeze.Collectors.System;

/// <summary>Chooses the reader of the operating system.</summary>
static class SystemReaders
{
    public static ISystemReader ForThisSystem(SystemOptions options, TimeProvider time) =>
        OperatingSystem.IsWindows() ? new WindowsReader(options)
        : OperatingSystem.IsMacOS() ? new MacReader(options)
        : new LinuxReader(options, time);
}
