using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors;

/// <summary>
/// Asks Windows through its own PowerShell: a COM client within the agent would keep a replaced plugin from unloading. Queries are constants;
/// what varies goes through the environment.
/// </summary>
static class PowerShell
{
    const string Prelude = "$ErrorActionPreference = 'SilentlyContinue'; [Console]::OutputEncoding = [Text.Encoding]::UTF8; ";

    public static async ValueTask<JsonElement?> AskAsync(
        IProcessRunner processes, string query, TimeSpan limit, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null) =>
        (await RunAsync(processes, query, limit, cancellationToken, environment).ConfigureAwait(false)).Json();

    public static ValueTask<Tool.Answer> RunAsync(
        IProcessRunner processes, string query, TimeSpan limit, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var path = Path.Combine(Environment.SystemDirectory, "WindowsPowerShell", "v1.0", "powershell.exe");
        string[] arguments = ["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", Prelude + query];
        return Tool.RunAsync(processes, path, arguments, limit, cancellationToken, environment);
    }
}
