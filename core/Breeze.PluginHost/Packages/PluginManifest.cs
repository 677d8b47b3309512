using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>A package's <c>plugin.json</c>, decoded strictly by <see cref="PluginManifestReader"/>.</summary>
public sealed record PluginManifest
{
    /// <summary>The name of the file in a package.</summary>
    public const string FileName = "plugin.json";

    /// <summary>Unique over all plugins: lower case words with dots between them, such as <c>collectors.system</c>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>A semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>The SDK versions it runs with, as a NuGet version range: <c>[1.0,2.0)</c>.</summary>
    public required string Sdk { get; init; }

    public required IReadOnlyList<PluginHostKind> Hosts { get; init; }

    /// <summary><c>linux</c>, <c>windows</c>, <c>macos</c>; empty means all.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    public required PluginEntry Entry { get; init; }

    /// <summary>The ids of plugins that must be active on the same host.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>What the plugin does to its surroundings, as <c>resource:action</c>, shown to the administrator who installs it.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>The UI slots that it fills.</summary>
    public IReadOnlyList<string> Ui { get; init; } = [];

    /// <summary>Whether a new version may take over while the host runs.</summary>
    public PluginReloadMode Reload { get; init; } = PluginReloadMode.Hot;
}
