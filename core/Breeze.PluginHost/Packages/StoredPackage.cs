namespace Breeze.PluginHost;

/// <summary>A package in the store.</summary>
/// <param name="Directory">Where it is unpacked, read-only by convention.</param>
/// <param name="Package">What it is.</param>
public sealed record StoredPackage(string Directory, PluginPackage Package);
