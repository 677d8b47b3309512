using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Support;

/// <summary>The server's end of a remote session's socket, with what a browser would say.</summary>
sealed class RemotePeer(WebSocket socket, Guid session)
{
    readonly byte[] _buffer = new byte[RelayFrame.Maximum];

    public Guid Session { get; } = session;

    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task SendAsync(RemoteFrame frame) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    /// <summary>As the server does when the browser is there, and then the browser that goes by the relay and has so many messages already.</summary>
    public async Task RelayAsync(int viewer = 1, uint arrived = 0)
    {
        await SendAsync(new RemoteFrame(RemoteFrameTypes.Peer) { Viewer = viewer });
        await SendAsync(new RemoteFrame(RemoteFrameTypes.Transport) { Transport = "relay" });
        await SendAsync(RelayFrame.Of(RelayFrame.Arrived, arrived));
    }

    /// <summary>The frame of the next message; what is said of others before it is passed over.</summary>
    public async Task<byte[]?> MessageAsync()
    {
        while (await ReceiveAsync() is { } frame)
        {
            if (frame is { Text: null, Binary: [RelayFrame.Message, ..] message })
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>Loses the socket without a word.</summary>
    public void Cut()
    {
        socket.Abort();
        Over.TrySetResult();
    }

    public Task SendAsync(params byte[] frame) => socket.SendAsync(frame, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

    /// <summary>The next frame that is none of consent, which has its own tests.</summary>
    public async Task<(RemoteFrame? Text, byte[] Binary)?> NextAsync()
    {
        while (true)
        {
            if (await ReceiveAsync() is not { Text.Type: RemoteFrameTypes.Consent } and var frame)
            {
                return frame;
            }
        }
    }

    /// <summary>The next frame; null when the agent has gone.</summary>
    public async Task<(RemoteFrame? Text, byte[] Binary)?> ReceiveAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            return part.MessageType switch
            {
                WebSocketMessageType.Text => (JsonSerializer.Deserialize(_buffer.AsSpan(0, length), ProtocolJson.Default.RemoteFrame), []),
                WebSocketMessageType.Binary => (null, _buffer[..length]),
                _ => null,
            };
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the frame that ends the session; null when none came.</summary>
    public async Task<RemoteFrame?> EndAsync()
    {
        while (await ReceiveAsync() is { } frame)
        {
            if (frame.Text is { Type: RemoteFrameTypes.End } end)
            {
                Over.TrySetResult();
                return end;
            }
        }

        return null;
    }
}
