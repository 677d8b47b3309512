using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StackExchange.Redis;

namespace Breeze.Core.Events;

/// <summary>
/// Short messages to whoever listens now, on all nodes: live output, live metrics, wake-ups. Delivered here at once and to other nodes over
/// Redis pub/sub, those of one topic and sender in their order. A message may be lost; what must not be is in PostgreSQL first.
/// </summary>
public sealed class EventBus : IAsyncDisposable
{
    const int SubscriberCapacity = 512;
    const string Prefix = "breeze:";

    readonly ConnectionMultiplexer? _redis;
    readonly ISubscriber? _subscriber;
    readonly byte[] _node = Guid.NewGuid().ToByteArray();
    readonly Lock _gate = new();
    readonly Dictionary<string, Listeners> _subscribers = [];

    long _interruptions;

    EventBus(ConnectionMultiplexer? redis)
    {
        _redis = redis;
        _subscriber = redis?.GetSubscriber();
        if (redis is not null)
        {
            redis.ConnectionFailed += (_, _) => Interlocked.Increment(ref _interruptions);
            redis.ConnectionRestored += (_, _) => Interlocked.Increment(ref _interruptions);
        }
    }

    /// <summary>This process among the nodes.</summary>
    public Guid NodeId => new(_node);

    public bool IsRedisConnected => _redis?.IsConnected ?? false;

    /// <summary>
    /// Since when other nodes are heard, as a number: while it stays the same, nothing was missed because of the connection. Null while they are not heard.
    /// </summary>
    public long? Hearing => _redis is null ? 0 : _redis.IsConnected && _subscriber!.IsConnected() ? Interlocked.Read(ref _interruptions) : null;

    /// <summary>The data of Redis, for what all nodes count together; null while it is away.</summary>
    public IDatabase? Redis => _redis is { IsConnected: true } ? _redis.GetDatabase() : null;

    public static async Task<EventBus> ConnectAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ClientName = "breeze";
        return new EventBus(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>For one process that is all there is.</summary>
    public static EventBus Alone() => new(null);

    public void Publish(string topic, ReadOnlySpan<byte> message)
    {
        Deliver(topic, message.ToArray());
        if (_redis is { IsConnected: true })
        {
            var framed = new byte[_node.Length + message.Length];
            _node.CopyTo(framed, 0);
            message.CopyTo(framed.AsSpan(_node.Length));
            _ = _subscriber!.PublishAsync(RedisChannel.Literal(Prefix + topic), framed, CommandFlags.FireAndForget);
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
        lock (_gate)
        {
            if (!_subscribers.TryGetValue(topic, out var listeners))
            {
                // Within the lock, so that the end of one subscription does not overtake the beginning of the next. By a queue: handlers would run beside each other, in any order.
                _subscribers[topic] = listeners = new(_subscriber?.Subscribe(RedisChannel.Literal(Prefix + topic), CommandFlags.FireAndForget));
                listeners.Queue?.OnMessage(message => Receive(topic, message.Message));
            }
            listeners.Channels.Add(channel);
        }
        return channel;
    }

    public void Unsubscribe(string topic, Channel<byte[]> channel)
    {
        lock (_gate)
        {
            if (!_subscribers.TryGetValue(topic, out var listeners) || !listeners.Channels.Remove(channel) || listeners.Channels.Count > 0)
            {
                return;
            }
            _subscribers.Remove(topic);
            listeners.Queue?.Unsubscribe(CommandFlags.FireAndForget);
        }
    }

    public async ValueTask DisposeAsync() => await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);

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
            if (_subscribers.TryGetValue(topic, out var listeners))
            {
                foreach (var channel in listeners.Channels)
                {
                    channel.Writer.TryWrite(message);
                }
            }
        }
    }

    /// <summary>Who listens to a topic here, and what brings the messages of other nodes.</summary>
    sealed record Listeners(ChannelMessageQueue? Queue)
    {
        public List<Channel<byte[]>> Channels { get; } = [];
    }
}
