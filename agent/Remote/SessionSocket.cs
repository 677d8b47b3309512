using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Agent.Remote;

/// <summary>The WebSocket of one session: frames, bounded both ways. One reader, any number of writers.</summary>
sealed class SessionSocket(WebSocket socket) : IDisposable
{
    const int MaximumBytes = RelayFrame.Maximum;
    static readonly RemoteFrame Ignored = new("");

    readonly SemaphoreSlim _writing = new(1);
    readonly byte[] _buffer = new byte[MaximumBytes];

    /// <summary>Reads the next frame; null when the socket has ended. A binary frame is valid until the next is read.</summary>
    public async Task<(RemoteFrame? Text, ReadOnlyMemory<byte> Binary)?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == MaximumBytes)
            {
                return null;
            }

            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return part.MessageType == WebSocketMessageType.Text ? (Parse(_buffer.AsSpan(0, length)), default) : (null, _buffer.AsMemory(0, length));
            }
        }
    }

    public ValueTask SendAsync(RemoteFrame frame, CancellationToken cancellationToken) =>
        WriteAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => WriteAsync(frame, WebSocketMessageType.Binary, cancellationToken);

    /// <summary>Ends it, and with it whatever waits for it.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        _writing.Dispose();
    }

    async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Without the token: a write that is cancelled half-way takes the whole socket with it. Aborting the socket ends this.
            await socket.SendAsync(frame, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    static RemoteFrame Parse(ReadOnlySpan<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame, ProtocolJson.Default.RemoteFrame) ?? Ignored;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Ignored;
        }
    }
}
