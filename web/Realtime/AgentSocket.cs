using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Breeze.Core.Devices;
using Breeze.Core.Events;
using Breeze.Core.Queue;
using Breeze.Core.Transport;
using Breeze.Protocol;

namespace Breeze.Web.Realtime;

/// <summary>
/// One agent's wake channel on this node. Messages out are queued, so nobody waits for a slow link; a wake-up makes it fetch the device's
/// commands and send them. Messages in are bounded and pass on to whoever watches.
/// </summary>
sealed partial class AgentSocket(AgentEntry agent, WebSocket socket, IDeviceQueue queue, EventBus bus, OutputTail outputs, TimeProvider time, ILogger logger) : IWakeChannel
{
    const int MaximumMessage = 256 << 10;
    const int CommandsAtOnce = 20;

    readonly Channel<ChannelMessage> _outgoing = Channel.CreateBounded<ChannelMessage>(
        new BoundedChannelOptions(256) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    // Never disposed of: whoever closes the channel may come late, and it holds no timer.
    readonly CancellationTokenSource _closing = new();

    public void Post(ChannelMessage message) => _outgoing.Writer.TryWrite(message);

    public void Close() => _closing.Cancel();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        var sending = SendAsync(linked.Token);
        try
        {
            // What was queued while nobody was connected, and what an earlier channel may have lost.
            await queue.ReleaseAsync(agent.DeviceId, linked.Token);
            Post(new(ChannelMessageTypes.Wake));
            await ReceiveAsync(linked.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The agent comes back by itself; its heartbeat tells more than this does.
        }
        finally
        {
            await linked.CancelAsync();
            await sending;
            await SocketEnd.CloseAsync(socket);
        }
    }

    async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                if (message.Type != ChannelMessageTypes.Wake)
                {
                    await WriteAsync(message, cancellationToken);
                    continue;
                }
                await SendCommandsAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The receiving side ends the channel.
        }
        catch (Exception e)
        {
            LogFailed(logger, agent.DeviceId, e.Message);
            Close();
        }
    }

    async Task SendCommandsAsync(CancellationToken cancellationToken)
    {
        // The heartbeat need not look again for what goes out here.
        agent.TakePendingHint();
        IReadOnlyList<AgentCommand> commands;
        do
        {
            commands = await queue.ClaimAsync(agent.DeviceId, CommandsAtOnce, cancellationToken);
            foreach (var command in commands)
            {
                var message = new ChannelMessage(ChannelMessageTypes.Command) { Command = command };
                var json = JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ChannelMessage);
                if (json.Length <= MaximumMessage)
                {
                    await socket.SendAsync(json, WebSocketMessageType.Text, true, cancellationToken);
                }
                else
                {
                    // Too large for the channel: the lease runs out, and the heartbeat that we ask for brings it.
                    agent.HintPending();
                    await WriteAsync(new(ChannelMessageTypes.Wake), cancellationToken);
                }
            }
        }
        while (commands.Count == CommandsAtOnce);
        if (commands.Count == 0)
        {
            // The configuration may have changed, which only a heartbeat tells.
            await WriteAsync(new(ChannelMessageTypes.Wake), cancellationToken);
        }
    }

    Task WriteAsync(ChannelMessage message, CancellationToken cancellationToken) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ChannelMessage), WebSocketMessageType.Text, true, cancellationToken);

    async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (socket.State == WebSocketState.Open)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                if (length == buffer.Length)
                {
                    if (buffer.Length >= MaximumMessage)
                    {
                        return;
                    }
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 4, MaximumMessage));
                }
                received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
            if (received.MessageType == WebSocketMessageType.Text && !await TakeAsync(buffer.AsMemory(0, length), cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Acts on a message; false ends the channel.</summary>
    async Task<bool> TakeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        ChannelMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(json.Span, ProtocolJson.Default.ChannelMessage);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            LogMalformed(logger, agent.DeviceId);
            return false;
        }
        switch (message)
        {
            case { Type: ChannelMessageTypes.Started, CommandId: { } id }:
                await queue.MarkStartedAsync(agent.DeviceId, id, cancellationToken);
                break;
            case { Type: ChannelMessageTypes.Output, CommandId: { } id, Data: { } data } when await OwnsAsync(id, cancellationToken):
                var output = new ChannelMessage(ChannelMessageTypes.Output) { Stream = message.Stream == "stderr" ? "stderr" : "stdout", Data = data };
                var piece = JsonSerializer.SerializeToUtf8Bytes(output, ProtocolJson.Default.ChannelMessage);
                bus.Publish(Topics.Command(id), await outputs.AddAsync(id, piece) is > 0 and var number ? [.. piece.AsSpan(0, piece.Length - 1), .. Encoding.UTF8.GetBytes($",\"number\":{number}}}")] : piece);
                break;
            case { Type: ChannelMessageTypes.Live, Metrics: { Count: <= 2000 } metrics }:
                var live = new ChannelMessage(ChannelMessageTypes.Live) { At = time.GetUtcNow().ToUnixTimeMilliseconds(), Metrics = metrics };
                bus.Publish(Topics.DeviceLive(agent.DeviceId), JsonSerializer.SerializeToUtf8Bytes(live, ProtocolJson.Default.ChannelMessage));
                break;
        }
        return true;
    }

    readonly HashSet<Guid> _own = [];

    /// <summary>An agent may only speak for its own commands.</summary>
    async ValueTask<bool> OwnsAsync(Guid commandId, CancellationToken cancellationToken)
    {
        if (_own.Contains(commandId))
        {
            return true;
        }
        if (_own.Count > 1000 || !await queue.BelongsToAsync(agent.DeviceId, commandId, cancellationToken))
        {
            return false;
        }
        return _own.Add(commandId);
    }

    [LoggerMessage(LogLevel.Warning, "The wake channel of device {Device} failed: {Error}")]
    static partial void LogFailed(ILogger logger, Guid device, string error);

    [LoggerMessage(LogLevel.Warning, "Device {Device} sent a malformed message on its wake channel")]
    static partial void LogMalformed(ILogger logger, Guid device);
}
