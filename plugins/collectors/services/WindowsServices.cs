using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Asks Windows' service control manager through CIM. Written from the documentation; only its parser has run.</summary>
sealed class WindowsServices(IProcessRunner processes) : IServiceManager
{
    const string Query = "@{ services = @(Get-CimInstance Win32_Service | Select-Object Name, DisplayName, State, StartMode) } | ConvertTo-Json -Depth 3 -Compress";

    /// <summary>The name comes from the environment, so that it is never a part of the script.</summary>
    const string Control = """
        $ErrorActionPreference = 'Stop'
        try {
          $service = Get-Service | Where-Object { $_.ServiceName -eq $env:BREEZE_SERVICE }
          if (-not $service) { throw "There is no service of that name." }
          switch ($env:BREEZE_VERB) { 'start' { $service | Start-Service } 'stop' { $service | Stop-Service -Force } 'restart' { $service | Restart-Service -Force } }
        } catch { [Console]::Error.WriteLine($_.Exception.Message); exit 1 }
        """;

    public string Name => "windows";

    public async ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
        await PowerShell.AskAsync(processes, Query, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false) is { } answer ? Parse(answer) : [];

    public async ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken) => ControlAnswer.Of(
        await PowerShell.RunAsync(processes, Control, limit, cancellationToken, new Dictionary<string, string> { ["BREEZE_SERVICE"] = service, ["BREEZE_VERB"] = verb }).ConfigureAwait(false));

    public static IReadOnlyList<ServiceInfo> Parse(JsonElement answer) =>
    [
        .. from service in answer.Items("services")
           let name = service.Text("Name")
           where name is not null
           select new ServiceInfo(
               name,
               service.Text("DisplayName"),
               service.Text("State") switch
               {
                   "Running" => "running",
                   "Stopped" => "stopped",
                   "Start Pending" or "Continue Pending" => "starting",
                   "Stop Pending" or "Pause Pending" => "stopping",
                   "Paused" => "paused",
                   _ => "unknown",
               },
               service.Text("StartMode") switch { "Auto" or "Boot" or "System" => "automatic", "Manual" => "manual", "Disabled" => "disabled", _ => "unknown" }),
    ];
}
