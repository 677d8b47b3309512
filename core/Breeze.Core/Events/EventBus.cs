using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StackExchange.Redis;

namespace Breeze.Core.Events;

/// <summary>
/// Short messages to whoever listens now, on all nodes: live output, live metrics, wake-ups. Delivered here at once and to other nodes over
/// Redis pub/sub. A message may be lost; what must not be is in PostgreSQL first.
/// </summary>
public sealed class EventBus : IAsyncDisposable
{
    const int SubscriberCapacity = 512;
    const string Prefix = "breeze:";

    readonly ConnectionMultiplexer _redis;
    readonly ISubscriber _subscriber;
    readonly byte[] _node = Guid.NewGuid().ToByteArray();
    readonly Lock _gate = new();
    readonly Dictionary<string, List<Channel<byte[]>>> _subscribers = [];

    EventBus(ConnectionMultiplexer redis)
    {
        _redis = redis;
        _subscriber = redis.GetSubscriber();
    }

    /// <summary>This process among the nodes.</summary>
    public Guid NodeId => new(_node);

    public bool IsRedisConnected => _redis.IsConnected;

    /// <summary>The data of Redis, for what all nodes count together; null while it is away.</summary>
    public IDatabase? Redis => _redis.IsConnected ? _redis.GetDatabase() : null;

    public static async Task<EventBus> ConnectAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ClientName = "breeze";
        return new EventBus(await ConnectionMultiplexer.ConnectAsync(options));
    }

    public void Publish(string topic, ReadOnlySpan<byte> message)
    {
        Deliver(topic, message.ToArray());
        if (_redis.IsConnected)
        {
            var framed = new byte[_node.Length + message.Length];
            _node.CopyTo(framed, 0);
            message.CopyTo(framed.AsSpan(_node.Length));
            _ = _subscriber.PublishAsync(RedisChannel.Literal(Prefix + topic), framed, CommandFlags.FireAndForget);
        }
    }

    /// <summary>
    /// Listens to a topic until cancelled. A reader that does not keep up loses the oldest messages, and nobody waits for it.
    /// </summary>
    public async IAsyncEnumerable<byte[]> ListenAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var subscription = Subscribe(topic);
        try
        {
            await foreach (var message in subscription.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            Unsubscribe(topic, subscription);
        }
    }

    /// <summary>Starts to listen at once; <see cref="Unsubscribe"/> ends it.</summary>
    /// <param name="topic">Which.</param>
    /// <param name="capacity">How many messages may wait.</param>
    public Channel<byte[]> Subscribe(string topic, int capacity = SubscriberCapacity)
    {
        var channel = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest });
        bool first;
        lock (_gate)
        {
            ref var list = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_subscribers, topic, out var exists);
            first = !exists;
            (list ??= []).Add(channel);
        }
        if (first)
        {
            _ = _subscriber.SubscribeAsync(RedisChannel.Literal(Prefix + topic), (_, value) => Receive(topic, value), CommandFlags.FireAndForget);
        }
        return channel;
    }

    public void Unsubscribe(string topic, Channel<byte[]> channel)
    {
        lock (_gate)
        {
            if (!_subscribers.TryGetValue(topic, out var list) || !list.Remove(channel) || list.Count > 0)
            {
                return;
            }
            _subscribers.Remove(topic);
        }
        _ = _subscriber.UnsubscribeAsync(RedisChannel.Literal(Prefix + topic), flags: CommandFlags.FireAndForget);
    }

    public async ValueTask DisposeAsync() => await _redis.DisposeAsync();

    void Receive(string topic, RedisValue value)
    {
        var framed = (byte[]?)value;
        if (framed is not null && framed.Length >= _node.Length && !framed.AsSpan(0, _node.Length).SequenceEqual(_node))
        {
            Deliver(topic, framed[_node.Length..]);
        }
    }

    void Deliver(string topic, byte[] message)
    {
        lock (_gate)
        {
            if (_subscribers.TryGetValue(topic, out var list))
            {
                foreach (var channel in list)
                {
                    channel.Writer.TryWrite(message);
                }
            }
        }
    }
}
