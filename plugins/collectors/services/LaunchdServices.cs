using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Asks launchctl. Written from its manual; only the parser has run.</summary>
sealed class LaunchdServices(IProcessRunner processes) : IServiceManager
{
    const string Program = "/bin/launchctl";

    public string Name => "launchd";

    public async ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(30);
        var jobs = await Tool.RunAsync(processes, Program, ["list"], limit, cancellationToken).ConfigureAwait(false);
        var disabled = await Tool.RunAsync(processes, Program, ["print-disabled", "system"], limit, cancellationToken).ConfigureAwait(false);
        return Parse(jobs.Good, disabled.Good);
    }

    public async ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken)
    {
        string[] arguments = verb switch { "start" => ["kickstart", $"system/{service}"], "stop" => ["kill", "SIGTERM", $"system/{service}"], _ => ["kickstart", "-k", $"system/{service}"] };
        return ControlAnswer.Of(await Tool.RunAsync(processes, Program, arguments, limit, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Process id or a dash, last exit status, label; and the labels that somebody has switched off.</summary>
    public static IReadOnlyList<ServiceInfo> Parse(string? jobs, string? disabled)
    {
        var off = Lines.Of(disabled).Where(line => line.EndsWith("=> disabled", StringComparison.Ordinal) || line.EndsWith("=> true", StringComparison.Ordinal))
            .Select(line => line.Split('"')).Where(parts => parts.Length > 1).Select(parts => parts[1]).ToHashSet();
        return
        [
            .. from line in Lines.Of(jobs).Skip(1)
               let parts = line.Split('\t')
               where parts.Length == 3
               select new ServiceInfo(parts[2], null, parts[0] == "-" ? "stopped" : "running", off.Contains(parts[2]) ? "disabled" : "automatic"),
        ];
    }
}
