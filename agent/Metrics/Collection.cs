using Breeze.PluginHost;
using Breeze.Sdk;

namespace Breeze.Agent.Metrics;

/// <summary>Decides which collectors run when: those without an interval with each heartbeat, the others by their own clock.</summary>
sealed class Collection(
    IExtensionRegistry extensions, CollectorRunner runner, SampleBuffer buffer, InventoryUploads inventory, Signal changed, TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    readonly SampleShape _beat = new();
    readonly Dictionary<(string Name, int Generation), (long Started, SampleShape Shape)> _timed = [];

    /// <summary>The readings of this heartbeat.</summary>
    public async Task CollectBeatAsync(CancellationToken cancellationToken)
    {
        if (await CollectNowAsync(cancellationToken) is { Count: > 0 } values)
        {
            buffer.Add(_beat.Build(buffer.NextTime(time.GetUtcNow()), values));
        }
    }

    /// <summary>Runs the collectors that go with the heartbeat, without keeping what they read.</summary>
    public async Task<Dictionary<string, double>> CollectNowAsync(CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(Choose(collector => collector.Value.Interval is null)
            .Select(lease => runner.CollectAsync(lease, cancellationToken)));
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var result in results)
        {
            foreach (var (name, value) in result)
            {
                values[name] = value;
            }
        }

        return values;
    }

    /// <summary>Runs the collectors that have an interval of their own, until the end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = Longest;
            var due = Choose(lease => IsDue(lease, ref next));
            await Task.WhenAll(due.Select(lease => CollectTimedAsync(lease, cancellationToken)));
            if (inventory.IsWaiting && !buffer.IsOffline)
            {
                await inventory.SendAsync(cancellationToken);
            }

            await changed.WaitAsync(next < Shortest ? Shortest : next, time, cancellationToken);
        }
    }

    bool IsDue(ExtensionLease<ICollector> lease, ref TimeSpan next)
    {
        if (lease.Value.Interval is not { } interval)
        {
            return false;
        }

        interval = interval < Shortest ? Shortest : interval;
        var key = (lease.Name, lease.Plugin.Generation);
        var known = _timed.TryGetValue(key, out var last);
        var left = known ? interval - time.GetElapsedTime(last.Started) : TimeSpan.Zero;
        if (left > TimeSpan.Zero)
        {
            next = left < next ? left : next;
            return false;
        }

        next = interval < next ? interval : next;
        _timed[key] = (time.GetTimestamp(), known ? last.Shape : new SampleShape());
        return true;
    }

    async Task CollectTimedAsync(ExtensionLease<ICollector> lease, CancellationToken cancellationToken)
    {
        var shape = _timed[(lease.Name, lease.Plugin.Generation)].Shape;
        var values = await runner.CollectAsync(lease, cancellationToken);
        if (values.Count > 0)
        {
            buffer.Add(shape.Build(buffer.NextTime(time.GetUtcNow()), values));
        }
    }

    List<ExtensionLease<ICollector>> Choose(Predicate<ExtensionLease<ICollector>> wanted)
    {
        var chosen = new List<ExtensionLease<ICollector>>();
        foreach (var lease in extensions.AcquireAll<ICollector>())
        {
            if (wanted(lease))
            {
                chosen.Add(lease);
            }
            else
            {
                lease.Dispose();
            }
        }

        return chosen;
    }
}
