using System.Globalization;
using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>Asks <c>ps</c>, and <c>kill</c> to end one. Written from their manuals; only the parser has run.</summary>
sealed class MacProcesses(IProcessRunner processes) : IProcessReader
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);
    static readonly string[] Arguments = ["-axww", "-o", "pid=,ppid=,rss=,time=,lstart=,user=,command="];

    public async ValueTask<IReadOnlyList<ProcessInfo>> ReadAsync(bool withDetails, CancellationToken cancellationToken) =>
        [.. Parse((await Tool.RunAsync(processes, "/bin/ps", Arguments, Limit, cancellationToken).ConfigureAwait(false)).Good)];

    public async ValueTask<KillResult> KillAsync(int pid, string instance, bool force, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(withDetails: false, cancellationToken).ConfigureAwait(false);
        if (now.FirstOrDefault(process => process.Pid == pid) is not { } found)
            return KillResult.Gone;
        if (found.Instance != instance)
            return KillResult.Another;
        string[] arguments = [force ? "-KILL" : "-TERM", pid.ToString(CultureInfo.InvariantCulture)];
        return (await Tool.RunAsync(processes, "/bin/kill", arguments, Limit, cancellationToken).ConfigureAwait(false)).ExitCode == 0 ? KillResult.Ended : KillResult.Forbidden;
    }

    /// <summary>Process, parent, kibibytes, processor time, <c>Mon Jan  5 09:12:44 2026</c>, user, command line.</summary>
    public static IEnumerable<ProcessInfo> Parse(string? text)
    {
        foreach (var line in Lines.Of(text))
        {
            if (Lines.Words(line, 11) is not [var pid, var parent, var memory, var cpu, _, var month, var day, var clock, var year, var user, var command]
                || !int.TryParse(pid, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }
            var started = DateTimeOffset.TryParseExact($"{year} {month} {day} {clock}", "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
            yield return new ProcessInfo(
                id, int.TryParse(parent, CultureInfo.InvariantCulture, out var above) ? above : null, Name(command), user, $"{started?.ToUnixTimeSeconds()}", Seconds(cpu),
                long.TryParse(memory, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0, started, Lines.Cut(command, 400));
        }
    }

    static string Name(string command) => command.StartsWith('/') ? command.Split(" -")[0].TrimEnd('/').Split('/')[^1] : command.Split(' ')[0];

    /// <summary><c>[hours:]minutes:seconds.hundredths</c>.</summary>
    static double Seconds(string text)
    {
        var total = 0.0;
        foreach (var part in text.Split(':'))
            total = (total * 60) + (double.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return total;
    }
}
