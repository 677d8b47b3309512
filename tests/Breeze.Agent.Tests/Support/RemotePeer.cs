using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Support;

/// <summary>The server's end of a remote session's socket, with what a browser would say.</summary>
sealed class RemotePeer(WebSocket socket, Guid session)
{
    readonly byte[] _buffer = new byte[RelayFrame.MaximumMessage + 1];

    public Guid Session { get; } = session;

    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task SendAsync(RemoteFrame frame) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    public Task SendAsync(params byte[] frame) => socket.SendAsync(frame, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

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
