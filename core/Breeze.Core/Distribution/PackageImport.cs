using Breeze.PluginHost;

namespace Breeze.Core.Distribution;

/// <summary>What became of a package that somebody offered.</summary>
/// <param name="Activated">Whether it is now the plugin's version in force.</param>
public sealed record PackageImport(PluginPackage? Package, bool Activated, PluginError? Error);
