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

    /// <summary>Stores a heartbeat; null when the server has more to do than it can and the agent is to come back.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public async ValueTask<HeartbeatResponse?> TakeAsync(AgentEntry agent, ReadOnlyMemory<byte> body, string address, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var heartbeat = HeartbeatParser.Parse(body.Span, agent.LastLayout);
        if (agent.IsWaiting)
        {
            // Seen, and nothing else: nobody has said yet that it belongs here.
            return pipeline.TryAdd(agent, nowMs, heartbeat.Status ?? "", address, false, null, null) is { } seen ? await WaitingAsync(seen) : null;
        }
        var reading = await readings.PlainAsync(agent, heartbeat, nowMs, cancellationToken);
        List<string>? unknown = null;
        var samples = heartbeat.Samples is null && heartbeat.Layouts is null
            ? null
            : await readings.SamplesAsync(agent, heartbeat, nowMs, unknown = [], cancellationToken);

        // A device that was away longer than an interval may have been declared offline, perhaps by another node.
        var interval = configurations.IntervalOf(agent);
        var mayHaveBeenOffline = agent.Status is DeviceStatus.Pending or DeviceStatus.Offline or "" || nowMs - agent.LastSeenMs > interval * 1000L;
        if (pipeline.TryAdd(agent, nowMs, heartbeat.Status ?? "", address, mayHaveBeenOffline, reading, samples) is not { } stored)
        {
            return null;
        }
        await stored;
        if (samples is { Count: > 0 })
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
        return new HeartbeatResponse
        {
            Commands = commands,
            ConfigUpdate = heartbeat.ConfigVersion is null || agent.Status == DeviceStatus.Quarantined ? null : configurations.UpdateFor(agent, heartbeat.ConfigVersion),
            AuthToken = nowMs >= agent.RotationDueMs && nowMs >= agent.OfferAgainMs && heartbeat.Instance is not null ? await tokens.OfferAsync(agent, cancellationToken) : null,
            UnknownLayouts = unknown is { Count: > 0 } ? unknown : null,
            Warnings = heartbeat.Warnings,
        };
    }

    static async Task<HeartbeatResponse> WaitingAsync(ValueTask seen)
    {
        await seen;
        return new HeartbeatResponse { Warnings = ["This device waits for approval in Breeze; its readings are not kept until then."] };
    }
}
