namespace Breeze.Sdk;

/// <summary>Names one loaded generation of a plugin.</summary>
/// <param name="Id">The id in <c>plugin.json</c>, such as <c>collectors.system</c>: lower case, dots between words.</param>
/// <param name="Version">The semantic version in <c>plugin.json</c>.</param>
/// <param name="Generation">Counts the loads of this plugin in this process, from 1.</param>
public sealed record PluginIdentity(string Id, string Version, int Generation);
