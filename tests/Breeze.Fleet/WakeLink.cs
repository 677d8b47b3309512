using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>Holds an agent's wake channel open for as long as the agent is in contact.</summary>
sealed class WakeLink(SimulatedAgent agent, FleetOptions options, FleetStatistics statistics, HttpMessageInvoker invoker)
{
    ClientWebSocket? _socket;

    /// <summary>Whether the machine is off or without network.</summary>
    public bool IsAway { get; private set; }

    public void GoAway()
    {
        IsAway = true;
        _socket?.Abort();
    }

    public void ComeBack() => IsAway = false;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (agent.IsInContact && !IsAway)
            {
                await ListenAsync(cancellationToken);
            }
            await Task.Delay(TimeSpan.FromSeconds(1 + agent.Model.Random() * agent.IntervalSeconds), cancellationToken);
        }
    }

    async Task ListenAsync(CancellationToken cancellationToken)
    {
        var address = new UriBuilder(new Uri(options.Server, $"ws/agents/{agent.Id}")) { Scheme = options.Server.Scheme == "https" ? "wss" : "ws" }.Uri;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {agent.Token}");
        // As the agent has it.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(45);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        try
        {
            await socket.ConnectAsync(address, invoker, cancellationToken);
            _socket = socket;
        }
        catch (WebSocketException)
        {
            statistics.Error("channel refused");
            return;
        }
        statistics.LiveChanged(1);
        try
        {
            await ReceiveAsync(socket, cancellationToken);
        }
        catch (WebSocketException)
        {
            if (!IsAway)
            {
                statistics.Error("channel lost");
            }
        }
        finally
        {
            _socket = null;
            statistics.LiveChanged(-1);
        }
    }

    async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        using var message = new MemoryStream();
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
            message.Write(buffer, 0, received.Count);
            if (!received.EndOfMessage)
            {
                continue;
            }
            if (JsonSerializer.Deserialize(message.GetBuffer().AsSpan(0, (int)message.Length), ProtocolJson.Default.ChannelMessage) is { Type: ChannelMessageTypes.Command, Command: { } command })
            {
                agent.Accept(command, cancellationToken);
            }
            message.SetLength(0);
        }
    }
}
