using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Distribution;
using Breeze.Core.Metrics;
using Breeze.Core.Queue;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>Takes a heartbeat from its bytes to the commit, and finds what to answer. The common case runs no query of its own.</summary>
public sealed class HeartbeatService(
    IngestPipeline pipeline, ReadingIntake readings, LateReadings late, IDeviceQueue queue, AgentConfigurations configurations, DeviceReports reports, DeviceTrust trust,
    AgentTokens tokens, TimeProvider time)
{
    const int CommandsPerHeartbeat = 20;

    /// <summary>The answer of nearly every heartbeat.</summary>
    public static HeartbeatResponse Nothing { get; } = new();

    /// <summary>
    /// Queues a heartbeat for the next commit; null when the server has more to do than it can and the agent is to come back. Whoever takes it waits for
    /// <see cref="TakenHeartbeat.Stored"/>, once, and then asks for the answer. Hardly ever waits itself, so that a heartbeat on its way costs one continuation.
    /// </summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public async ValueTask<TakenHeartbeat?> TakeAsync(AgentEntry agent, ReadOnlyMemory<byte> body, string address, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var heartbeat = HeartbeatParser.Parse(body.Span, agent.LastLayout);
        if (agent.IsWaiting)
        {
            // Seen, and nothing else: nobody has said yet that it belongs here.
            return pipeline.TryAdd(agent, nowMs, heartbeat.Status ?? "", address, false, null, null) is { } seen ? new(heartbeat, nowMs, null, null, true, seen) : null;
        }
        var reading = await readings.PlainAsync(agent, heartbeat, nowMs, cancellationToken);
        List<string>? unknown = null;
        var samples = heartbeat.Samples is null && heartbeat.Layouts is null
            ? null
            : await readings.SamplesAsync(agent, heartbeat, nowMs, unknown = [], cancellationToken);

        // Perhaps by another node.
        var mayHaveBeenOffline = agent.Status is DeviceStatus.Pending or DeviceStatus.Offline or ""
            || nowMs - agent.LastSeenMs > OfflineMonitor.MayHaveGoneAfterMs(configurations.IntervalOf(agent));
        return pipeline.TryAdd(agent, nowMs, heartbeat.Status ?? "", address, mayHaveBeenOffline, reading, samples) is { } stored
            ? new(heartbeat, nowMs, samples, unknown, false, stored)
            : null;
    }

    /// <summary>What to tell the agent, now that its heartbeat is stored.</summary>
    public async ValueTask<HeartbeatResponse> AnswerAsync(AgentEntry agent, TakenHeartbeat taken, CancellationToken cancellationToken)
    {
        var heartbeat = taken.Heartbeat;
        if (taken.IsWaiting)
        {
            return new HeartbeatResponse { Warnings = ["This device waits for approval in Breeze; its readings are not kept until then."] };
        }
        if (taken.Samples is { Count: > 0 } samples)
        {
            await late.NoteAsync(agent.DeviceId, samples);
        }

        if (heartbeat.Instance is { Length: > 0 } instance)
        {
            await trust.ObserveAsync(agent, instance, cancellationToken);
        }
        if (heartbeat.AgentVersion is { Length: > 0 } version && version != agent.AgentVersion)
        {
            await reports.AgentVersionAsync(agent, version, cancellationToken);
        }
        if (heartbeat.Plugins is { } plugins)
        {
            await reports.PluginsAsync(agent, plugins, cancellationToken);
        }
        if (heartbeat.Running is { Count: > 0 } running)
        {
            await queue.RenewAsync(agent.DeviceId, running, cancellationToken);
        }
        IReadOnlyList<AgentCommand> commands = agent.TakePendingHint() ? await queue.ClaimAsync(agent.DeviceId, CommandsPerHeartbeat, cancellationToken) : [];
        if (commands.Count == CommandsPerHeartbeat)
        {
            agent.HintPending();
        }
        var config = heartbeat.ConfigVersion is null || agent.Status == DeviceStatus.Quarantined ? null : configurations.UpdateFor(agent, heartbeat.ConfigVersion);
        var token = taken.NowMs >= agent.RotationDueMs && taken.NowMs >= agent.OfferAgainMs && heartbeat.Instance is not null
            ? await tokens.OfferAsync(agent, cancellationToken)
            : null;
        var unknown = taken.Unknown is { Count: > 0 } ? taken.Unknown : null;
        return commands.Count == 0 && config is null && token is null && unknown is null && heartbeat.Warnings is null
            ? Nothing
            : new HeartbeatResponse { Commands = commands, ConfigUpdate = config, AuthToken = token, UnknownLayouts = unknown, Warnings = heartbeat.Warnings };
    }
}
