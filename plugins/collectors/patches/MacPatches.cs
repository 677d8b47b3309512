using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Patches;

/// <summary>Asks softwareupdate and Homebrew. Written from their documentation; only the parsers have run.</summary>
sealed class MacPatches(IProcessRunner processes) : IPatchReader
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public async ValueTask<PatchesDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var sources = new List<string>();
        var updates = new List<PendingUpdate>();
        var list = await Tool.RunAsync(processes, "/usr/sbin/softwareupdate", ["--list"], Limit, cancellationToken).ConfigureAwait(false);
        if (list.ExitCode == 0)
        {
            sources.Add("softwareupdate");
            updates.AddRange(ParseList(list.Text));
        }
        if ((processes.Find("brew") ?? (File.Exists("/opt/homebrew/bin/brew") ? "/opt/homebrew/bin/brew" : null)) is { } brew
            && (await Tool.RunAsync(processes, brew, ["outdated", "--json=v2"], Limit, cancellationToken).ConfigureAwait(false)).Json() is { } outdated)
        {
            sources.Add("brew");
            updates.AddRange(ParseBrew(outdated));
        }
        return new PatchesDocument(sources, null, updates);
    }

    /// <summary><c>* Label: …</c>, and below it <c>Title: …, Version: …, Size: …, Recommended: YES, Action: restart,</c>.</summary>
    public static IEnumerable<PendingUpdate> ParseList(string text)
    {
        foreach (var line in Lines.Of(text))
        {
            if (!line.TrimStart().StartsWith("Title:", StringComparison.Ordinal))
                continue;
            var fields = new Dictionary<string, string>();
            foreach (var part in line.Split(','))
            {
                if (part.Split(':', 2) is [var name, var value])
                    fields[name.Trim()] = value.Trim();
            }
            yield return new PendingUpdate(
                fields.GetValueOrDefault("Title", ""), null, fields.GetValueOrDefault("Version"), "softwareupdate",
                Security: fields.GetValueOrDefault("Title", "").Contains("Security", StringComparison.Ordinal),
                NeedsRestart: fields.GetValueOrDefault("Action") == "restart");
        }
    }

    public static IEnumerable<PendingUpdate> ParseBrew(JsonElement outdated) =>
        from item in outdated.Items("formulae").Concat(outdated.Items("casks"))
        let name = item.Text("name")
        where name is not null
        let installed = item.TryGetProperty("installed_versions", out var versions) && versions.ValueKind == JsonValueKind.Array
            ? string.Join(", ", versions.EnumerateArray().Where(version => version.ValueKind == JsonValueKind.String).Select(version => version.GetString()))
            : item.Text("installed_versions")
        select new PendingUpdate(name, Lines.Full(installed), item.Text("current_version"), "brew");
}
