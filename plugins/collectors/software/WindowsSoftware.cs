using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Software;

/// <summary>
/// Reads the uninstall keys of the registry: of the machine in both views, and of every user whose hive is loaded. Written from the
/// documentation; only its parser has run.
/// </summary>
sealed class WindowsSoftware(IProcessRunner processes) : ISoftwareReader
{
    const string Query = """
        $tail = 'Microsoft\Windows\CurrentVersion\Uninstall\*'
        $machine = "Registry::HKEY_LOCAL_MACHINE\SOFTWARE\$tail", "Registry::HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\$tail"
        $users = Get-ChildItem Registry::HKEY_USERS | Where-Object { $_.PSChildName -match '^S-1-5-21-[\d-]+$' } |
          ForEach-Object { "Registry::HKEY_USERS\$($_.PSChildName)\SOFTWARE\$tail" }
        function Programs($paths, $source) {
          if ($paths) { Get-ItemProperty -Path $paths | Where-Object { $_.DisplayName -and -not $_.SystemComponent -and -not $_.ParentKeyName } |
            Select-Object DisplayName, DisplayVersion, Publisher, InstallDate, @{n='Source';e={$source}} }
        }
        @{ programs = @(Programs $machine 'registry') + @(Programs $users 'registry-user') } | ConvertTo-Json -Depth 3 -Compress
        """;

    public async ValueTask<IReadOnlyList<SoftwarePackage>> ReadAsync(CancellationToken cancellationToken) =>
        await PowerShell.AskAsync(processes, Query, TimeSpan.FromMinutes(2), cancellationToken).ConfigureAwait(false) is { } answer ? Parse(answer) : [];

    public static IReadOnlyList<SoftwarePackage> Parse(JsonElement answer) =>
    [
        .. from program in answer.Items("programs")
           let name = program.Text("DisplayName")
           where name is not null
           select new SoftwarePackage(
               name, program.Text("DisplayVersion"), program.Text("Source") ?? "registry", program.Text("Publisher"), Date(program.Text("InstallDate"))),
    ];

    /// <summary>Installers write the day as <c>20260131</c>, when they write it.</summary>
    static DateTimeOffset? Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > 1980
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;
}
