using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Asks systemctl, in the plain form that every version has.</summary>
sealed class SystemdServices(IProcessRunner processes) : IServiceManager
{
    const string Suffix = ".service";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    static readonly string[] Units = ["list-units", "--type=service", "--all", "--full", "--plain", "--no-legend", "--no-pager"];
    static readonly string[] Files = ["list-unit-files", "--type=service", "--full", "--plain", "--no-legend", "--no-pager"];

    public string Name => "systemd";

    public async ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var units = await Tool.RunAsync(processes, "systemctl", Units, Limit, cancellationToken).ConfigureAwait(false);
        var files = await Tool.RunAsync(processes, "systemctl", Files, Limit, cancellationToken).ConfigureAwait(false);
        return Parse(units.Good, files.Good);
    }

    public async ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken) => ControlAnswer.Of(
        await Tool.RunAsync(processes, "systemctl", [verb, "--no-ask-password", "--", service + Suffix], limit, cancellationToken).ConfigureAwait(false));

    public static IReadOnlyList<ServiceInfo> Parse(string? units, string? files)
    {
        var modes = new Dictionary<string, string>();
        foreach (var line in Lines.Of(files))
        {
            if (Lines.Words(line, 3) is [var file, var state, ..] && file.EndsWith(Suffix, StringComparison.Ordinal))
                modes[file] = Mode(state);
        }
        var services = new Dictionary<string, ServiceInfo>();
        foreach (var line in Lines.Of(units))
        {
            // Unit, load, active, sub, description. A unit that others only mention is not there.
            if (Lines.Words(line.TrimStart('●', '*', ' '), 5) is [var unit, var load, var active, var sub, .. var rest] && unit.EndsWith(Suffix, StringComparison.Ordinal)
                && load != "not-found")
            {
                services[unit] = new ServiceInfo(Short(unit), rest.Length > 0 ? rest[0] : null, State(active, sub), Mode(unit, modes));
            }
        }
        foreach (var (file, mode) in modes)
        {
            // Templates are no services before somebody gives them an instance.
            if (!services.ContainsKey(file) && !file.Contains("@.", StringComparison.Ordinal))
                services[file] = new ServiceInfo(Short(file), null, "stopped", mode);
        }
        return [.. services.Values];
    }

    static string Short(string unit) => unit[..^Suffix.Length];

    static string Mode(string unit, Dictionary<string, string> modes)
    {
        var at = unit.IndexOf('@', StringComparison.Ordinal);
        return modes.GetValueOrDefault(unit) ?? (at < 0 ? null : modes.GetValueOrDefault(unit[..(at + 1)] + Suffix)) ?? "unknown";
    }

    static string State(string active, string sub) => (active, sub) switch
    {
        ("active" or "reloading", "exited") => "stopped",
        ("active" or "reloading", _) => "running",
        ("activating", _) => "starting",
        ("deactivating", _) => "stopping",
        ("failed", _) => "failed",
        ("inactive", _) => "stopped",
        _ => "unknown",
    };

    static string Mode(string state) => state switch
    {
        "enabled" or "enabled-runtime" or "generated" => "automatic",
        "disabled" or "static" or "indirect" or "transient" or "linked" or "linked-runtime" or "alias" => "manual",
        "masked" or "masked-runtime" => "disabled",
        _ => "unknown",
    };
}
