using System.Globalization;
using System.Text;

namespace Breeze.Collectors.Processes;

/// <summary>Reads /proc below a root, which tests replace.</summary>
sealed class LinuxProcesses(string root) : IProcessReader
{
    const int MostCommandLine = 400;

    /// <summary>The kernel tells times in hundredths of a second on every architecture that matters.</summary>
    const double TicksPerSecond = 100;

    static readonly long PageSize = Environment.SystemPageSize;

    public ValueTask<IReadOnlyList<ProcessInfo>> ReadAsync(bool withDetails, CancellationToken cancellationToken)
    {
        var users = withDetails ? Users() : [];
        var boot = withDetails ? BootTime() : null;
        var processes = new List<ProcessInfo>();
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(root, "proc")))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Text(Path.Combine(folder, "stat")) is { } stat && ProcStat.Parse(stat) is { } parsed)
            {
                processes.Add(new ProcessInfo(
                    pid, parsed.Parent > 0 ? parsed.Parent : null, parsed.Name, withDetails ? User(folder, users) : null, parsed.StartTicks.ToString(CultureInfo.InvariantCulture),
                    parsed.CpuTicks / TicksPerSecond, parsed.ResidentPages * PageSize, boot?.AddSeconds(parsed.StartTicks / TicksPerSecond),
                    withDetails ? CommandLine(folder) : null));
            }
        }
        return ValueTask.FromResult<IReadOnlyList<ProcessInfo>>(processes);
    }

    public ValueTask<KillResult> KillAsync(int pid, string instance, bool force, CancellationToken cancellationToken) => ValueTask.FromResult(
        LinuxSignal.Send(pid, force, () => Text(Path.Combine(root, "proc", pid.ToString(CultureInfo.InvariantCulture), "stat")) is { } stat
            && ProcStat.Parse(stat) is { } parsed ? parsed.StartTicks.ToString(CultureInfo.InvariantCulture) == instance : null));

    Dictionary<string, string> Users()
    {
        var users = new Dictionary<string, string>();
        foreach (var line in Lines.Of(Text(Path.Combine(root, "etc/passwd"))))
        {
            if (line.Split(':') is [var name, _, var id, ..])
                users.TryAdd(id, name);
        }
        return users;
    }

    static string? User(string folder, Dictionary<string, string> users)
    {
        const string Field = "Uid:";
        foreach (var line in Lines.Of(Text(Path.Combine(folder, "status"))))
        {
            if (line.StartsWith(Field, StringComparison.Ordinal) && Lines.Words(line, 4) is [_, var id, ..])
                return users.GetValueOrDefault(id, id);
        }
        return null;
    }

    DateTimeOffset? BootTime()
    {
        foreach (var line in Lines.Of(Text(Path.Combine(root, "proc/stat"))))
        {
            if (line.StartsWith("btime ", StringComparison.Ordinal) && long.TryParse(line[6..], CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800)
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }
        return null;
    }

    static string? CommandLine(string folder) => Lines.Full(Text(Path.Combine(folder, "cmdline"))?.Replace('\0', ' ')) is { } line ? Lines.Cut(line, MostCommandLine) : null;

    /// <summary>A process may end between two files of it.</summary>
    static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
