using Breeze.PluginHost;

namespace Breeze.Core.Distribution;

/// <summary>A row of the plugins page.</summary>
public sealed record PluginOverview
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Version { get; init; }
    public required string Hash { get; init; }

    /// <summary>The publisher's key id.</summary>
    public required string Signer { get; init; }

    /// <summary><c>bundled</c>, <c>data</c> or <c>uploaded</c>.</summary>
    public required string Source { get; init; }
    public bool Enabled { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public required IReadOnlyList<string> Hosts { get; init; }
    public required IReadOnlyList<string> Permissions { get; init; }
    public required IReadOnlyList<string> Provides { get; init; }
    public int MetricCount { get; init; }
    public string? SettingsSchema { get; init; }
    public required string Settings { get; init; }

    /// <summary>How it fares on this server; null when it does not run here.</summary>
    public PluginStatus? Server { get; init; }

    /// <summary>Agents within the viewer's reach that run this version.</summary>
    public int AgentsActive { get; init; }

    /// <summary>Agents that still run another version.</summary>
    public int AgentsOutdated { get; init; }
    public int AgentsFailed { get; init; }

    /// <summary>The highest generation on any of these agents.</summary>
    public int? AgentGeneration { get; init; }

    /// <summary>How long the load took on average, in milliseconds.</summary>
    public double? AgentLoadMs { get; init; }

    /// <summary>One of the errors that agents reported.</summary>
    public string? AgentError { get; init; }
}
