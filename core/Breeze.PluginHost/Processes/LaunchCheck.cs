using Breeze.Sdk;

namespace Breeze.PluginHost.Processes;

/// <summary>What cannot be started, in words for the person who asked for it.</summary>
static class LaunchCheck
{
    public static string? Refusal(ProcessSpec spec, string directory)
    {
        if (spec.Timeout <= TimeSpan.Zero)
            return "The time-out must be positive.";
        if (string.IsNullOrWhiteSpace(spec.FileName))
            return "No executable was named.";
        if (spec.FileName.Contains('\0', StringComparison.Ordinal) || spec.Arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            return "The file name or an argument contains a NUL character, which no process can receive. Remove it.";
        foreach (var (name, value) in spec.Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                return $"The environment variable '{name.Replace('\0', '?')}' has a name or value that no process can receive.";
        }
        return Directory.Exists(directory) ? null : $"The working directory '{directory}' does not exist.";
    }

    public static string NotFound(string fileName) => fileName.AsSpan().ContainsAny('/', '\\')
        ? $"There is no executable file '{fileName}'."
        : $"'{fileName}' was not found on the search path of the agent. Install it, or add its directory to PATH.";
}
