using System.Collections.Concurrent;
using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>
/// Reaches an agent now. Holds this node's open wake channels and tells the other nodes, one of which may hold the agent's. What it says is a
/// hint: the queue has the command, and the next heartbeat would bring it too.
/// </summary>
public sealed class WakeService(AgentDirectory directory, EventBus bus)
{
    const string Disconnected = "disconnect";
    const string CutOff = "cut-off";

    readonly ConcurrentDictionary<Guid, IWakeChannel> _channels = new();
    readonly DeviceCuts _cuts = new();

    public int OpenChannels => _channels.Count;

    public IWakeChannel? Find(Guid deviceId) => _channels.GetValueOrDefault(deviceId);

    /// <summary>Takes over an agent's channel; an older one of the same agent is closed.</summary>
    public void Attach(Guid deviceId, IWakeChannel channel)
    {
        IWakeChannel? previous = null;
        _channels.AddOrUpdate(deviceId, channel, (_, old) =>
        {
            previous = old;
            return channel;
        });
        previous?.Close();
    }

    /// <summary>Forgets a channel; false when a newer one has taken its place.</summary>
    public bool Detach(Guid deviceId, IWakeChannel channel) => _channels.TryRemove(new(deviceId, channel));

    /// <summary>Closes an agent's channel wherever it is, because its token no longer counts.</summary>
    public void Disconnect(Guid deviceId) => Send(deviceId, new(Disconnected));

    /// <summary>Ends what people do on a device from afar, wherever its sockets are, and leaves its channel open: it is watched and not trusted.</summary>
    public void CutOffSessions(Guid deviceId) => Send(deviceId, new(CutOff));

    /// <summary>Calls back when a device on this node is to be let go of at once, until what is answered is disposed of.</summary>
    public IDisposable OnCut(Guid deviceId, Action cut) => _cuts.Add(deviceId, cut);

    public void Wake(Guid deviceId) => Send(deviceId, new(ChannelMessageTypes.Wake));

    /// <summary>Wakes many in one pass: a message on the bus has up to 500 of them.</summary>
    public void Wake(IReadOnlyList<Guid> deviceIds)
    {
        foreach (var batch in deviceIds.Chunk(500))
        {
            var message = new byte[16 * batch.Length];
            for (var i = 0; i < batch.Length; i++)
            {
                directory.Find(batch[i])?.HintPending();
                batch[i].TryWriteBytes(message.AsSpan(16 * i));
            }
            bus.Publish(Topics.WakeMany, message);
        }
    }

    public void Cancel(Guid deviceId, Guid commandId) => Send(deviceId, new(ChannelMessageTypes.Cancel) { CommandId = commandId });

    /// <summary>Asks an agent for live readings for a while.</summary>
    public void Watch(Guid deviceId, int seconds, int intervalSeconds) =>
        Send(deviceId, new(ChannelMessageTypes.Watch) { Seconds = seconds, IntervalSeconds = intervalSeconds });

    /// <summary>Closes an agent's channel if this node holds it.</summary>
    public void DisconnectLocally(Guid deviceId)
    {
        _cuts.Cut(deviceId);
        if (_channels.TryGetValue(deviceId, out var channel))
        {
            channel.Close();
        }
    }

    public void WakeLocally(Guid deviceId) => Deliver(deviceId, new(ChannelMessageTypes.Wake));

    /// <summary>
    /// Makes every agent on this node check in, because what it is to run has changed. Spread out, so that a fleet does not fetch its plugins
    /// in the same second: 200 agents a second.
    /// </summary>
    public void WakeAllLocally() => _ = Task.Run(async () =>
    {
        foreach (var batch in _channels.Values.Chunk(20))
        {
            foreach (var channel in batch)
            {
                channel.Post(new(ChannelMessageTypes.Wake));
            }
            await Task.Delay(100);
        }
    });

    /// <summary>Carries out what other nodes ask for; runs for the life of the process.</summary>
    public Task ListenAsync(CancellationToken cancellationToken) => Task.WhenAll(ListenToEachAsync(cancellationToken), ListenToManyAsync(cancellationToken));

    async Task ListenToManyAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in bus.ListenAsync(Topics.WakeMany, cancellationToken))
        {
            for (var at = 0; at + 16 <= message.Length; at += 16)
            {
                WakeLocally(new Guid(message.AsSpan(at, 16)));
            }
        }
    }

    async Task ListenToEachAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in bus.ListenAsync(Topics.Wake, cancellationToken))
        {
            if (message.Length > 16 && JsonSerializer.Deserialize(message.AsSpan(16), ProtocolJson.Default.ChannelMessage) is { } parsed)
            {
                Deliver(new Guid(message.AsSpan(0, 16)), parsed);
            }
        }
    }

    void Send(Guid deviceId, ChannelMessage message)
    {
        // The bus delivers to this node as well, by ListenAsync; only the hint must not wait for it.
        directory.Find(deviceId)?.HintPending();
        var json = JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ChannelMessage);
        var framed = new byte[16 + json.Length];
        deviceId.TryWriteBytes(framed);
        json.CopyTo(framed, 16);
        bus.Publish(Topics.Wake, framed);
    }

    void Deliver(Guid deviceId, ChannelMessage message)
    {
        if (message.Type == ChannelMessageTypes.Wake)
        {
            directory.Find(deviceId)?.HintPending();
        }
        switch (message.Type)
        {
            case Disconnected:
                DisconnectLocally(deviceId);
                break;
            case CutOff:
                _cuts.Cut(deviceId);
                break;
            default:
                Find(deviceId)?.Post(message);
                break;
        }
    }
}
