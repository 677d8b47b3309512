using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Agent.Wake;

/// <summary>Messages as frames, bounded both ways.</summary>
static class ChannelFrames
{
    public const int MaximumBytes = 256 * 1024;
    static readonly ChannelMessage Ignored = new("");

    /// <summary>Reads one message; <see langword="null"/> when the channel has ended. What cannot be understood has an empty type.</summary>
    public static async Task<ChannelMessage?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>(2048);
        while (true)
        {
            var part = await socket.ReceiveAsync(frame.GetMemory(1024), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            frame.Advance(part.Count);
            if (frame.WrittenCount > MaximumBytes)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellationToken);
                return null;
            }

            if (part.EndOfMessage)
            {
                return Parse(frame.WrittenSpan);
            }
        }
    }

    /// <summary>Sends one message; one that would be too large is left out.</summary>
    public static async Task SendAsync(WebSocket socket, ChannelMessage message, CancellationToken cancellationToken)
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ChannelMessage);
        if (frame.Length <= MaximumBytes)
        {
            await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }

    static ChannelMessage Parse(ReadOnlySpan<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame, ProtocolJson.Default.ChannelMessage) ?? Ignored;
        }
        catch (JsonException)
        {
            return Ignored;
        }
    }
}
