namespace Breeze.Protocol;

/// <summary>What the server wants of an agent. Sent whole at enrolment and, as <c>config_update</c>, whenever the agent's version differs.</summary>
public sealed record AgentConfig
{
    /// <summary>Opaque; the agent sends it back with every heartbeat.</summary>
    public string ConfigVersion { get; init; } = "";

    /// <summary>From 5 to 3600.</summary>
    public int HeartbeatIntervalSeconds { get; init; } = 60;

    /// <summary>Whether to keep the wake channel open.</summary>
    public bool WakeChannel { get; init; } = true;

    /// <summary>The whole plugin set; what is not listed is to be removed.</summary>
    public IReadOnlyList<PluginAssignment> Plugins { get; init; } = [];

    /// <summary>
    /// The publishers whose packages the agent may load. Taken over at enrolment only: an agent ignores the list in later updates, so that
    /// nobody who holds the server alone can make it trust a new publisher.
    /// </summary>
    public IReadOnlyList<PublisherKey> TrustedKeys { get; init; } = [];
}
