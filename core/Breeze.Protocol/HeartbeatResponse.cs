using System.Text.Json.Serialization;

namespace Breeze.Protocol;

/// <summary>The answer to a heartbeat; it means that everything in the heartbeat is stored, but for samples of an unknown layout.</summary>
public sealed record HeartbeatResponse
{
    public IReadOnlyList<AgentCommand> Commands { get; init; } = [];

    /// <summary>Null when the agent's configuration is current. Always there, since plain clients read it without looking.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AgentConfig? ConfigUpdate { get; init; }

    /// <summary>The agent version to upgrade to; null when the agent is current.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? UpgradeTo { get; init; }

    /// <summary>The agent's next token, to be kept and used from now on; the present one ends some time after the next is first used.</summary>
    public string? AuthToken { get; init; }

    /// <summary>Layouts that the server does not know: their samples were not stored and are to be sent again with the layout.</summary>
    public IReadOnlyList<string>? UnknownLayouts { get; init; }

    /// <summary>What the server could not use of the heartbeat, for the agent's log.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
