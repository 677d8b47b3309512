namespace Breeze.Sdk.Testing;

/// <summary>The surroundings of a plugin in a test.</summary>
public sealed record PluginTestOptions
{
    /// <summary>The host that the plugin believes to run in.</summary>
    public PluginHostKind Host { get; init; } = PluginHostKind.Agent;

    /// <summary>The plugin's id.</summary>
    public string PluginId { get; init; } = "test.plugin";

    /// <summary>The settings as an administrator would give them.</summary>
    public string SettingsJson { get; init; } = "{}";

    /// <summary>A <c>config.schema.json</c>; when given, the settings are checked against it and its defaults are filled in.</summary>
    public string? SettingsSchemaPath { get; init; }

    /// <summary>What answers when the plugin starts a process; without it no process can be started.</summary>
    public IProcessRunner? Processes { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What answers the plugin's HTTP requests; without it each answers 503.</summary>
    public HttpMessageHandler? Http { get; init; }

    /// <summary>What opens the plugin's other connections; without it none can be opened.</summary>
    public Func<string, int, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>The folder that holds what the package would hold, such as templates.</summary>
    public string PackageDirectory { get; init; } = AppContext.BaseDirectory;
}
