using Breeze.Sdk;

namespace Breeze.Runtimes.Python;

/// <summary>Finds Python 3 on this device.</summary>
static class PythonLocator
{
    /// <summary>The candidates in the order of preference; a name alone says nothing of the version, so the caller asks each.</summary>
    public static IEnumerable<Interpreter> Candidates(IProcessRunner processes, PythonOptions options, bool windows)
    {
        if (options.Executable is { } chosen)
        {
            if (processes.Find(chosen) is { } path)
                yield return new Interpreter(path, []);
            yield break;
        }
        foreach (var name in (string[])["python3", "python"])
        {
            // Windows puts stubs there that open its store instead of running anything.
            if (processes.Find(name) is { } path && !path.Contains("WindowsApps", StringComparison.OrdinalIgnoreCase))
                yield return new Interpreter(path, []);
        }
        if (windows && processes.Find("py") is { } launcher)
            yield return new Interpreter(launcher, ["-3"]);
    }

    public static string WhatToDo(PythonOptions options) => options.Executable is { } chosen
        ? $"'{chosen}' is no Python 3: correct the setting 'executable' of the plugin runtimes.python, or leave it empty."
        : OperatingSystem.IsWindows()
            ? "Python 3 is missing: install it for all users from python.org, with its launcher 'py'."
            : "Python 3 is missing: install the package 'python3' with the system's package manager.";
}
