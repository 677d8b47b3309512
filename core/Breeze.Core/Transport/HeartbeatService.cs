using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Distribution;
using Breeze.Core.Metrics;
using Breeze.Core.Queue;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>Takes a heartbeat from its bytes to the commit, and finds what to answer. The common case runs no query of its own.</summary>
public sealed class HeartbeatService(
    IngestPipeline pipeline, LayoutStore layouts, IDeviceQueue queue, AgentConfigurations configurations, DeviceReports reports, DeviceTrust trust,
    AgentTokens tokens, TimeProvider time)
{
    const int CommandsPerHeartbeat = 20;
    static readonly long MaximumAgeMs = (long)TimeSpan.FromDays(7).TotalMilliseconds;
    static readonly long MaximumFutureMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

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
        var reading = await ReadingOfAsync(agent, heartbeat, nowMs, cancellationToken);
        List<string>? unknown = null;
        var samples = heartbeat.Samples is null && heartbeat.Layouts is null
            ? null
            : await SamplesOfAsync(agent, heartbeat, nowMs, unknown = [], cancellationToken);

        // A device that was away longer than an interval may have been declared offline, perhaps by another node.
        var interval = configurations.IntervalOf(agent);
        var mayHaveBeenOffline = agent.Status is DeviceStatus.Pending or DeviceStatus.Offline or "" || nowMs - agent.LastSeenMs > interval * 1000L;
        if (pipeline.TryAdd(agent, nowMs, heartbeat.Status ?? "", address, mayHaveBeenOffline, reading, samples) is not { } stored)
        {
            return null;
        }
        await stored;

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

    async ValueTask<Reading?> ReadingOfAsync(AgentEntry agent, Heartbeat heartbeat, long nowMs, CancellationToken cancellationToken)
    {
        if (heartbeat.Layout is not null)
        {
            return heartbeat.Values!.Length == 0 ? null : new Reading(nowMs, heartbeat.Layout, heartbeat.Values);
        }
        if (heartbeat.NewShape is not { Count: > 0 } shape)
        {
            return null;
        }
        var distinct = new Dictionary<string, double>(shape.Count);
        foreach (var (name, value) in shape)
        {
            distinct[name] = value;
        }
        var layout = await layouts.GetOrAddAsync([.. distinct.Keys], cancellationToken);
        agent.LastLayout = layout;
        return new Reading(nowMs, layout, [.. distinct.Values]);
    }

    async ValueTask<List<Reading>?> SamplesOfAsync(
        AgentEntry agent, Heartbeat heartbeat, long nowMs, List<string> unknown, CancellationToken cancellationToken)
    {
        foreach (var layout in heartbeat.Layouts ?? [])
        {
            if (layout.Names is { Count: > 0 and <= HeartbeatParser.MaximumMetrics } && layout.Names.All(n => n is not null && MetricName.IsValid(n))
                && Convert.ToHexStringLower(MetricLayoutEntry.HashOf(layout.Names)) == layout.Id)
            {
                await layouts.GetOrAddAsync(layout.Names, cancellationToken);
            }
            else
            {
                heartbeat.Warn($"Layout {AgentText.Clean(layout.Id ?? "", 32)} was dropped: its id is not that of its names, or a name is not allowed.");
            }
        }
        var skew = SkewOf(agent, heartbeat.SentAtMs, nowMs);
        var readings = new List<Reading>();
        foreach (var sample in heartbeat.Samples ?? [])
        {
            if (sample is not { Layout: not null, Values: not null, At: >= 0 and <= HeartbeatParser.LatestTime })
            {
                heartbeat.Warn("Samples were dropped: each needs at, layout and values.");
                continue;
            }
            if (await layouts.FindAsync(sample.Layout, cancellationToken) is not { } layout)
            {
                if (!unknown.Contains(sample.Layout))
                {
                    unknown.Add(AgentText.Clean(sample.Layout, 32));
                }
                continue;
            }
            var at = sample.At - skew;
            if (sample.Values.Count != layout.Names.Length || at > nowMs + MaximumFutureMs || at < nowMs - MaximumAgeMs)
            {
                heartbeat.Warn("Samples were dropped: they do not fit their layout, are older than 7 days, or lie in the future.");
                continue;
            }
            var values = new double[sample.Values.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = sample.Values[i] is { } value && double.IsFinite(value) ? value : double.NaN;
            }
            readings.Add(new Reading(at, layout, values));
        }
        return readings;
    }

    /// <summary>
    /// Small differences are the network's and are left alone; a big one is the device's clock. It is kept until it moves by more than five
    /// seconds, so that a sample sent twice gets the same time twice.
    /// </summary>
    static long SkewOf(AgentEntry agent, long? sentAtMs, long nowMs)
    {
        if (sentAtMs is { } sentAt)
        {
            var skew = sentAt - nowMs;
            if (Math.Abs(skew) < 30_000)
            {
                agent.ClockSkewMs = 0;
            }
            else if (Math.Abs(skew - agent.ClockSkewMs) > 5_000)
            {
                agent.ClockSkewMs = skew / 1000 * 1000;
            }
        }
        return agent.ClockSkewMs;
    }
}
