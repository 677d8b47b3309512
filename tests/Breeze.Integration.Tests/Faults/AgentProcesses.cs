using System.Diagnostics;
using System.Globalization;

namespace Breeze.Integration.Tests.Faults;

/// <summary>Finds processes by what they were started with, so that only those of one server are touched.</summary>
static class AgentProcesses
{
    public static List<int> WithArgument(string argument) =>
        [.. Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId && CommandLine(id).Contains(argument))];

    /// <summary>The agent of a server's own machine.</summary>
    public static int? AgentOf(string dataDirectory)
    {
        var found = WithArgument(Path.Combine(dataDirectory, "agent")).Where(id => CommandLine(id)[0].EndsWith("breeze-agent", StringComparison.Ordinal)).ToList();
        return found.Count == 0 ? null : found[0];
    }

    public static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    static string[] CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [""];
        }
    }
}
