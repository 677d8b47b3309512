using Breeze.Sdk;

namespace Breeze.Runtimes.Bash;

/// <summary>Finds bash on this device.</summary>
static class BashLocator
{
    public static Interpreter? Find(IProcessRunner processes, BashOptions options)
    {
        var executable = options.Executable is { } chosen ? processes.Find(chosen)
            : OperatingSystem.IsWindows() ? WindowsCandidates().FirstOrDefault(File.Exists)
            : processes.Find("bash") ?? processes.Find("/bin/bash");
        return executable is null ? null : new Interpreter(executable, []);
    }

    public static string WhatToDo(BashOptions options) => options.Executable is { } chosen
        ? $"There is no executable '{chosen}': correct the setting 'executable' of the plugin runtimes.bash, or leave it empty."
        : OperatingSystem.IsWindows()
            ? "Bash is missing: install Git for Windows, which brings it, or name a bash.exe in the setting 'executable' of the plugin runtimes.bash."
            : "Bash is missing: install the package 'bash' with the system's package manager.";

    /// <summary>
    /// Where Git for Windows puts it. The search path is not asked: the bash.exe in System32 starts a Linux machine instead, if there is one.
    /// </summary>
    static IEnumerable<string> WindowsCandidates() =>
        from root in new[]
        {
            Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles),
            Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Programs"),
        }
        where root.Length > 0
        select Path.Combine(root, "Git", "bin", "bash.exe");
}
