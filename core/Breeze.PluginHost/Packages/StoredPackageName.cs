namespace Breeze.PluginHost;

/// <summary>What the directory name of a stored package says.</summary>
/// <param name="Id">The plugin's id.</param>
/// <param name="Version">Its version.</param>
/// <param name="HashPrefix">The first 12 digits of the package's hash.</param>
public sealed record StoredPackageName(string Id, string Version, string HashPrefix);
