using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Systems without systemd: the scripts of /etc/init.d, their links in the run levels, and what <c>service</c> says of their state.</summary>
sealed class SysvServices(string root, IProcessRunner processes) : IServiceManager
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
    static readonly string[] RunLevels = ["rc2.d", "rc3.d", "rc4.d", "rc5.d"];

    public string Name => "sysv";

    public async ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var scripts = Names("etc/init.d");
        if (scripts.Count == 0)
            return [];
        var automatic = RunLevels.SelectMany(level => Names($"etc/{level}"))
            .Where(link => link.Length > 3 && link[0] == 'S').Select(link => link[3..]).ToHashSet();
        var states = processes.Find("service") is { } tool
            ? States(await Tool.RunAsync(processes, tool, ["--status-all"], Limit, cancellationToken).ConfigureAwait(false))
            : [];
        return [.. scripts.Select(script => new ServiceInfo(
            script, Description(script), states.GetValueOrDefault(script, "unknown"), automatic.Contains(script) ? "automatic" : "manual"))];
    }

    public async ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken)
    {
        var tool = processes.Find("service");
        string[] arguments = tool is null ? [verb] : [service, verb];
        return ControlAnswer.Of(
            await Tool.RunAsync(processes, tool ?? Path.Combine(root, "etc/init.d", service), arguments, limit, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A plus runs, a minus does not, a question mark does not say; that one is written to the other stream by some versions.</summary>
    public static Dictionary<string, string> States(Tool.Answer answer)
    {
        var states = new Dictionary<string, string>();
        foreach (var line in Lines.Of(answer.Text).Concat(Lines.Of(answer.Error)))
        {
            if (line.TrimStart().Split(']', 2) is [var mark, var name] && mark.StartsWith('['))
                states[name.Trim()] = mark.Contains('+', StringComparison.Ordinal) ? "running" : mark.Contains('-', StringComparison.Ordinal) ? "stopped" : "unknown";
        }
        return states;
    }

    /// <summary>The short description of the script's LSB header.</summary>
    string? Description(string script)
    {
        const string Field = "# Short-Description:";
        try
        {
            return File.ReadLines(Path.Combine(root, "etc/init.d", script)).Take(40)
                .FirstOrDefault(line => line.StartsWith(Field, StringComparison.OrdinalIgnoreCase)) is { } line ? Lines.Full(line[Field.Length..]) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    List<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path.Combine(root, folder)).Select(path => Path.GetFileName(path)!)
                .Where(name => name is not ("README" or "skeleton" or "rc" or "rcS" or "functions") && !name.Contains('.', StringComparison.Ordinal)
                    || name.EndsWith(".sh", StringComparison.Ordinal))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
