using System.Collections.Concurrent;
using System.Threading.Channels;
using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>
/// Takes heartbeats from many requests and hands them in groups to the one writer. While a group commits, the next one gathers, so the
/// group size follows the load by itself and a lone heartbeat waits for nobody.
/// </summary>
public sealed class IngestPipeline
{
    const int Capacity = 20_000;

    readonly Channel<IngestItem> _channel = Channel.CreateBounded<IngestItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, AllowSynchronousContinuations = false });
    // Taken and given back on different threads.
    readonly ConcurrentQueue<IngestItem> _pool = [];

    internal ChannelReader<IngestItem> Reader => _channel.Reader;

    /// <summary>Queues a heartbeat; null when the queue is full. The task completes when it is committed, and fails when it could not be.</summary>
    public ValueTask? TryAdd(
        AgentEntry agent, long nowMs, string agentStatus, string address, bool mayHaveBeenOffline, Reading? reading, List<Reading>? moreReadings)
    {
        if (!_pool.TryDequeue(out var item))
        {
            item = new IngestItem(this);
        }
        item.Agent = agent;
        item.NowMs = nowMs;
        item.AgentStatus = agentStatus;
        item.Address = address;
        item.MayHaveBeenOffline = mayHaveBeenOffline;
        item.Reading = reading;
        item.MoreReadings = moreReadings;
        var task = item.Task;
        if (_channel.Writer.TryWrite(item))
        {
            return task;
        }
        Return(item);
        return null;
    }

    internal void Return(IngestItem item) => _pool.Enqueue(item);
}
