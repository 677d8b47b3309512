using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Patches;

/// <summary>
/// Asks Windows Update through its COM interface, within PowerShell, and winget. Written from the documentation; only the parsers have run.
/// </summary>
sealed class WindowsPatches(IProcessRunner processes) : IPatchReader
{
    const string Query = """
        $found = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher().Search('IsInstalled=0 and IsHidden=0')
        $updates = @(); if ($found) { foreach ($u in $found.Updates) { $updates += [ordered]@{
          Title = $u.Title; Kb = @($u.KBArticleIDs) -join ','; Severity = $u.MsrcSeverity; Restart = $u.InstallationBehavior.RebootBehavior
          Security = @($u.Categories | Where-Object { $_.CategoryID -eq '0fa1201d-4330-4fa8-8ae9-b877473b6441' }).Count -gt 0 } } }
        $restart = (Test-Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired') -or
          (Test-Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending')
        @{ answered = [bool]$found; restart = $restart; updates = $updates } | ConvertTo-Json -Depth 4 -Compress
        """;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    static readonly string[] WingetArguments = ["upgrade", "--include-unknown", "--disable-interactivity", "--accept-source-agreements"];

    public async ValueTask<PatchesDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = await PowerShell.AskAsync(processes, Query, Limit, cancellationToken).ConfigureAwait(false);
        var document = answer is { } windows ? Parse(windows) : new PatchesDocument([], null, []);
        if (processes.Find("winget.exe") is { } winget
            && (await Tool.RunAsync(processes, winget, WingetArguments, Limit, cancellationToken).ConfigureAwait(false)).Good is { } text)
        {
            document = document with { Sources = [.. document.Sources, "winget"], Updates = [.. document.Updates, .. WingetTable.Parse(text)] };
        }
        return document;
    }

    public static PatchesDocument Parse(JsonElement answer) => new(
        answer.True("answered") ? ["windows-update"] : [],
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("restart", out var restart) && restart.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? answer.True("restart")
            : null,
        [
            .. from update in answer.Items("updates")
               let title = update.Text("Title")
               where title is not null
               let article = update.Text("Kb")
               select new PendingUpdate(
                   title, null, article is null ? null : string.Join(',', article.Split(',').Select(number => $"KB{number}")), "windows-update",
                   update.Text("Severity")?.ToLowerInvariant() is "critical" or "important" or "moderate" or "low" ? update.Text("Severity")!.ToLowerInvariant() : null,
                   update.True("Security"),
                   // 0 never, 1 always, 2 may ask for it.
                   update.Number("Restart") is 1),
        ]);
}
