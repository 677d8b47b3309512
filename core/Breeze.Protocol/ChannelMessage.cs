namespace Breeze.Protocol;

/// <summary>
/// A message on the wake channel, <c>WS /ws/agents/{id}</c>: one JSON text frame each, at most 256 KiB. The channel is a short cut; whatever
/// must not be lost also goes the way of heartbeat and result.
/// </summary>
/// <param name="Type">One of <see cref="ChannelMessageTypes"/>; an unknown type is ignored.</param>
public sealed record ChannelMessage(string Type)
{
    /// <summary>For <c>command</c>.</summary>
    public AgentCommand? Command { get; init; }

    /// <summary>For <c>cancel</c>, <c>started</c> and <c>output</c>.</summary>
    public Guid? CommandId { get; init; }

    /// <summary>For <c>output</c>: <c>stdout</c> or <c>stderr</c>.</summary>
    public string? Stream { get; init; }

    /// <summary>For <c>output</c>: text, cut between characters, at most 32 Ki characters.</summary>
    public string? Data { get; init; }

    /// <summary>For <c>watch</c>: for how long from now to send <c>live</c> messages.</summary>
    public int? Seconds { get; init; }

    /// <summary>For <c>watch</c>: the time between them, at least 1.</summary>
    public int? IntervalSeconds { get; init; }

    /// <summary>For <c>live</c>: Unix milliseconds by the device's clock.</summary>
    public long? At { get; init; }

    /// <summary>For <c>live</c>: readings in the plain form. They are shown, not stored.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }
}
