using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>Asks CIM for processes and PowerShell for their users. Written from the documentation; only the parser has run.</summary>
sealed class WindowsProcesses(IProcessRunner processes) : IProcessReader
{
    const string Query = """
        $users = @{}; Get-Process -IncludeUserName | ForEach-Object { $users[[string]$_.Id] = $_.UserName }
        @{ processes = @(Get-CimInstance Win32_Process | Select-Object ProcessId, ParentProcessId, Name, CommandLine, WorkingSetSize, KernelModeTime, UserModeTime,
          @{n='Started';e={ if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() } }}, @{n='User';e={ $users[[string]$_.ProcessId] }}) } | ConvertTo-Json -Depth 3 -Compress
        """;

    public async ValueTask<IReadOnlyList<ProcessInfo>> ReadAsync(bool withDetails, CancellationToken cancellationToken)
    {
        if (withDetails)
            return await PowerShell.AskAsync(processes, Query, TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false) is { } answer ? Parse(answer) : [];
        return Usage.Read();
    }

    public ValueTask<KillResult> KillAsync(int pid, string instance, bool force, CancellationToken cancellationToken) =>
        // Windows asks windows to close, not processes; so there is one way to end one.
        ValueTask.FromResult(Usage.Kill(pid, started => $"{started.ToFileTimeUtc()}" == instance));

    public static IReadOnlyList<ProcessInfo> Parse(JsonElement answer) =>
    [
        .. from process in answer.Items("processes")
           let pid = process.Number("ProcessId")
           let name = process.Text("Name")
           where pid is > 0 and <= int.MaxValue && name is not null
           let started = process.Number("Started")
           // Times of processors are told in units of 100 ns.
           select new ProcessInfo(
               (int)pid.Value, (int?)process.Number("ParentProcessId"), name, process.Text("User"), started?.ToString(CultureInfo.InvariantCulture) ?? "",
               ((process.Number("KernelModeTime") ?? 0) + (process.Number("UserModeTime") ?? 0)) / 1e7, process.Number("WorkingSetSize") ?? 0,
               started is > 0 and < 2_650_467_743_990_000_000 ? DateTimeOffset.FromFileTime(started.Value).ToUniversalTime() : null,
               process.Text("CommandLine") is { } line ? Lines.Cut(line, 400) : null),
    ];
}
