using Breeze.Core.Metrics;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>
/// From what a heartbeat says to readings that are stored: names to layouts, the device's clock to ours, and all within the limits. What goes
/// beyond them is left out and said, to the agent and on the device's page; the rest of the heartbeat counts.
/// </summary>
public sealed class ReadingIntake(LayoutStore layouts, LayoutAllowance allowance, MetricWarnings warnings)
{
    // Agents keep three days; an hour more is for those that were counting.
    static readonly long MaximumAgeMs = (long)TimeSpan.FromHours(73).TotalMilliseconds;
    static readonly long MaximumFutureMs = (long)TimeSpan.FromMinutes(5).TotalMilliseconds;
    const long ToleratedSkewMs = 30_000;

    /// <summary>The plain form.</summary>
    public async ValueTask<Reading?> PlainAsync(AgentEntry agent, Heartbeat heartbeat, long nowMs, CancellationToken cancellationToken)
    {
        if (heartbeat.Layout is not null)
        {
            return heartbeat.Values!.Length == 0 ? null : new Reading(nowMs, heartbeat.Layout, heartbeat.Values);
        }
        if (heartbeat.TooManyMetrics > 0)
        {
            warnings.Note(agent.DeviceId, MetricWarning.TooManyMetrics,
                $"A heartbeat held {heartbeat.TooManyMetrics} metrics more than the {MetricLimits.Metrics} that are kept. Look for a plugin that reports one for each process, file or request.");
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
        string[] names = [.. distinct.Keys];
        double[] values = [.. distinct.Values];
        if (await AdmitAsync(agent, heartbeat, names, cancellationToken) is not { } admitted)
        {
            return null;
        }
        agent.LastLayout = admitted.Layout;
        return new Reading(nowMs, admitted.Layout, admitted.Project(values));
    }

    /// <summary>The dense form: readings with their own times, of layouts that were told before or are now.</summary>
    public async ValueTask<List<Reading>?> SamplesAsync(
        AgentEntry agent, Heartbeat heartbeat, long nowMs, List<string> unknown, CancellationToken cancellationToken)
    {
        var told = await LayoutsAsync(agent, heartbeat, cancellationToken);
        var skew = SkewOf(agent, heartbeat.SentAtMs, nowMs);
        var readings = new List<Reading>();
        var dropped = 0;
        foreach (var sample in heartbeat.Samples ?? [])
        {
            if (sample is not { Layout: not null, Values: not null, At: >= 0 and <= HeartbeatParser.LatestTime })
            {
                heartbeat.Warn("Samples were dropped: each needs at, layout and values.");
                continue;
            }
            if (!told.TryGetValue(sample.Layout, out var admitted))
            {
                told[sample.Layout] = admitted = await layouts.FindAsync(sample.Layout, cancellationToken) is { } known ? new AdmittedLayout(known, null, known.Names.Length) : null;
                if (admitted is null)
                {
                    unknown.Add(AgentText.Clean(sample.Layout, 32));
                }
            }
            if (admitted is null)
            {
                continue;
            }
            var at = sample.At - skew;
            if (sample.Values.Count != admitted.Length || at > nowMs + MaximumFutureMs || at < nowMs - MaximumAgeMs)
            {
                dropped++;
                continue;
            }
            var values = new double[sample.Values.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = sample.Values[i] is { } value && double.IsFinite(value) ? value : double.NaN;
            }
            readings.Add(new Reading(at, admitted.Layout, admitted.Project(values)));
            agent.LastLayout ??= admitted.Layout;
        }
        if (dropped > 0)
        {
            var why = $"{dropped} samples were dropped: they do not fit their layout, are older than 72 hours, or lie in the future.";
            heartbeat.Warn(why);
            warnings.Note(agent.DeviceId, MetricWarning.Dropped, why);
        }
        return readings;
    }

    /// <summary>The layouts that this heartbeat tells; null for one that was refused, so that it is not asked for again.</summary>
    async ValueTask<Dictionary<string, AdmittedLayout?>> LayoutsAsync(AgentEntry agent, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var told = new Dictionary<string, AdmittedLayout?>();
        foreach (var layout in heartbeat.Layouts ?? [])
        {
            if (layout.Names is { Count: > 0 and <= MetricLimits.Metrics * 5 } && layout.Names.All(n => n is not null && MetricName.IsValid(n))
                && Convert.ToHexStringLower(MetricLayoutEntry.HashOf(layout.Names)) == layout.Id)
            {
                told[layout.Id] = await AdmitAsync(agent, heartbeat, [.. layout.Names], cancellationToken);
            }
            else
            {
                heartbeat.Warn($"Layout {AgentText.Clean(layout.Id ?? "", 32)} was dropped: its id is not that of its names, or a name is not allowed.");
            }
        }
        return told;
    }

    /// <summary>
    /// The layout to store values of these names under: their own, that of those within the limits, or, when the device has brought too many, the
    /// one it had before. Null when it had none.
    /// </summary>
    async ValueTask<AdmittedLayout?> AdmitAsync(AgentEntry agent, Heartbeat heartbeat, string[] names, CancellationToken cancellationToken)
    {
        var kept = MetricLimits.Keep(names, out var crowded);
        if (kept.Count < names.Length)
        {
            var (kind, why) = crowded is null
                ? (MetricWarning.TooManyMetrics, $"{names.Length - kept.Count} metrics were dropped: a reading holds at most {MetricLimits.Metrics}.")
                : (MetricWarning.TooManySeries, $"{names.Length - kept.Count} metrics were dropped: {crowded} has more than {MetricLimits.SeriesOfOneMetric} combinations of labels. Look for a label whose values are many, such as a process id or a path.");
            heartbeat.Warn(why);
            warnings.Note(agent.DeviceId, kind, why);
        }
        string[] keptNames = kept.Count == names.Length ? names : [.. kept.Select(i => names[i])];
        var wireId = Convert.ToHexStringLower(MetricLayoutEntry.HashOf(keptNames));
        if (await layouts.FindAsync(wireId, cancellationToken) is { } known)
        {
            return new(known, keptNames == names ? null : [.. kept], names.Length);
        }
        if (allowance.TryTake(agent.DeviceId, keptNames.Length))
        {
            return new(await layouts.GetOrAddAsync(keptNames, cancellationToken), keptNames == names ? null : [.. kept], names.Length);
        }
        var refused = "The labels of this device's metrics change too often. New ones are not kept for now; those it reported before are. Look for a label that counts or names something short-lived.";
        heartbeat.Warn(refused);
        warnings.Note(agent.DeviceId, MetricWarning.ChangingLabels, refused);
        if (agent.LastLayout is not { } last)
        {
            return null;
        }
        var positions = new Dictionary<string, int>();
        for (var i = 0; i < names.Length; i++)
        {
            positions[names[i]] = i;
        }
        return new(last, Array.ConvertAll(last.Names, n => positions.GetValueOrDefault(n, -1)), names.Length);
    }

    /// <summary>
    /// Small differences are the network's and are left alone; a big one is the device's clock. It is kept until it moves by more than five
    /// seconds, so that a sample sent twice gets the same time twice.
    /// </summary>
    long SkewOf(AgentEntry agent, long? sentAtMs, long nowMs)
    {
        if (sentAtMs is { } sentAt)
        {
            var skew = sentAt - nowMs;
            if (Math.Abs(skew) < ToleratedSkewMs)
            {
                agent.ClockSkewMs = 0;
            }
            else if (Math.Abs(skew - agent.ClockSkewMs) > 5_000)
            {
                agent.ClockSkewMs = skew / 1000 * 1000;
            }
        }
        if (agent.ClockSkewMs is not 0 and var off)
        {
            warnings.Note(agent.DeviceId, MetricWarning.Clock,
                $"The device's clock is {Words(Math.Abs(off))} {(off > 0 ? "ahead" : "behind")}. Its readings are kept at the server's time; let the device synchronize its clock.");
        }
        return agent.ClockSkewMs;
    }

    static string Words(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds) switch
    {
        { TotalDays: >= 2 } t => $"{t.TotalDays:0} days",
        { TotalHours: >= 2 } t => $"{t.TotalHours:0} hours",
        { TotalMinutes: >= 2 } t => $"{t.TotalMinutes:0} minutes",
        var t => $"{t.TotalSeconds:0} seconds",
    };
}
