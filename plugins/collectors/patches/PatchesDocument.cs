namespace Breeze.Collectors.Patches;

/// <summary>The inventory document.</summary>
/// <param name="Sources">Which package managers answered: a source that is not named here was not asked or did not answer.</param>
/// <param name="RestartRequired">Whether updates that are installed already wait for a restart; missing when nobody says.</param>
sealed record PatchesDocument(IReadOnlyList<string> Sources, bool? RestartRequired, IReadOnlyList<PendingUpdate> Updates)
{
    const int Most = 2000;

    public PatchesDocument InOrder() => this with
    {
        Updates =
        [
            .. Updates.Where(update => update.Name.Length > 0).Select(update => update with { Name = Lines.Cut(update.Name, 300) })
                .DistinctBy(update => (update.Name, update.AvailableVersion, update.Source))
                .OrderBy(update => update.Name, StringComparer.Ordinal).ThenBy(update => update.Source, StringComparer.Ordinal).Take(Most),
        ],
    };
}

/// <summary>Severity is <c>critical</c>, <c>important</c>, <c>moderate</c> or <c>low</c>, where the source tells one.</summary>
sealed record PendingUpdate(
    string Name, string? CurrentVersion, string? AvailableVersion, string Source, string? Severity = null, bool Security = false, bool NeedsRestart = false);
