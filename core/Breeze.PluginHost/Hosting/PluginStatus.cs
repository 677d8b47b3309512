namespace Breeze.PluginHost;

/// <summary>What is known of a plugin at one moment.</summary>
/// <param name="Id">The plugin's id.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Version">Of the serving generation, else of the last one tried.</param>
/// <param name="Hash">The package hash that belongs to the version.</param>
/// <param name="Signer">The id of the key that signed the package.</param>
/// <param name="Generation">Of the serving generation, else of the last one tried.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Error">What went wrong last; cleared by the next success.</param>
/// <param name="LoadedAt">Since when the serving generation serves.</param>
/// <param name="LoadDuration">How long its load took, from the package to the swap.</param>
/// <param name="ActiveLeases">Leases held now, over all generations that are still in memory.</param>
/// <param name="DrainingGenerations">Past generations that are still draining or stopping.</param>
/// <param name="LeakedGenerations">Past generations that are proven to be still in memory.</param>
/// <param name="Provides">What it registers, as in the catalog.</param>
public sealed record PluginStatus(
    string Id,
    string Name,
    string Version,
    string Hash,
    string Signer,
    int Generation,
    PluginState State,
    PluginError? Error,
    DateTimeOffset? LoadedAt,
    TimeSpan? LoadDuration,
    int ActiveLeases,
    int DrainingGenerations,
    int LeakedGenerations,
    IReadOnlyList<string> Provides);
