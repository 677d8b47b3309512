using System.Text.Json;

namespace Breeze.Protocol;

/// <summary>
/// <c>POST /api/v1/agents/{id}/heartbeat</c>. Only <see cref="Status"/>, <see cref="AgentVersion"/> and <see cref="Metrics"/> belong to the
/// plain protocol; the rest is what our own agent adds. Every member may be missing.
/// </summary>
public sealed record HeartbeatRequest
{
    /// <summary><c>ok</c>, or a word of the agent's own for its state; at most 32 characters.</summary>
    public string? Status { get; init; }

    public string? AgentVersion { get; init; }

    /// <summary>The plain form: one flat object from metric names, with labels in braces, to numbers; taken now.</summary>
    public JsonElement? Metrics { get; init; }

    /// <summary>The device's clock when it sent this, in Unix milliseconds; lets the server correct the times of <see cref="Samples"/>.</summary>
    public long? SentAt { get; init; }

    /// <summary>The version of the configuration in force; when it differs from the server's, the answer carries an update.</summary>
    public string? ConfigVersion { get; init; }

    /// <summary>Name lists that <see cref="Samples"/> refer to and that the server may not know: sent first thing, and again when it asks.</summary>
    public IReadOnlyList<MetricLayout>? Layouts { get; init; }

    /// <summary>The dense form: readings taken at any time, newest first.</summary>
    public IReadOnlyList<MetricSample>? Samples { get; init; }

    /// <summary>
    /// Random, and new with each start of the agent's process; at most 64 characters. An earlier one that comes back betrays a second machine with
    /// this agent's state. Who sends it also takes the tokens of <see cref="HeartbeatResponse.AuthToken"/>.
    /// </summary>
    public string? Instance { get; init; }

    /// <summary>Commands that run at this moment; renews their leases.</summary>
    public IReadOnlyList<Guid>? Running { get; init; }

    /// <summary>The plugins on the agent; sent when something changed, and with the first heartbeat of a process.</summary>
    public IReadOnlyList<PluginReport>? Plugins { get; init; }
}
