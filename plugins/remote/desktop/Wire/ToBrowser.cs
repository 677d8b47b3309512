using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Breeze.Remote.Desktop.Frames;
using Breeze.Remote.Desktop.Images;
using Breeze.Sdk;

namespace Breeze.Remote.Desktop.Wire;

/// <summary>The messages to the browser; the first byte says what one is. Used by one thread; a send waits until there is room.</summary>
sealed class ToBrowser(IRemoteChannel channel, CancellationToken cancellationToken)
{
    const byte Info = 0;
    const byte Image = 1;
    const byte More = 2;
    const byte FrameEnd = 3;
    const byte Cursor = 4;
    const byte Clipboard = 5;
    const byte Pong = 6;
    const byte Pointer = 7;
    const int ImageHead = 14;

    public void Send(DesktopInfo info) => Say([Info, .. JsonSerializer.SerializeToUtf8Bytes(info, DesktopJson.Default.DesktopInfo)]);

    /// <summary>An image of an area; in more than one message when it is large. Returns the bytes that went.</summary>
    public int Send(Area area, ImageFormat format, ReadOnlySpan<byte> image)
    {
        var first = Math.Min(image.Length, channel.MaxMessageSize - ImageHead);
        var message = new byte[ImageHead + first];
        message[0] = Image;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(1), (ushort)area.X);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(3), (ushort)area.Y);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(5), (ushort)area.Width);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(7), (ushort)area.Height);
        message[9] = (byte)format;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(10), image.Length);
        image[..first].CopyTo(message.AsSpan(ImageHead));
        Say(message);
        for (var at = first; at < image.Length; at += channel.MaxMessageSize - 1)
            Say([More, .. image[at..Math.Min(image.Length, at + channel.MaxMessageSize - 1)]]);
        return ImageHead + image.Length;
    }

    /// <summary>All images of a frame have gone; the browser shows them together and answers with the number.</summary>
    public void EndFrame(uint number)
    {
        var message = new byte[5];
        message[0] = FrameEnd;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), number);
        Say(message);
    }

    public void Send(CursorShape shape)
    {
        var head = new byte[5];
        head[0] = Cursor;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(1), (ushort)shape.HotX);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(3), (ushort)shape.HotY);
        Say([.. head, .. shape.Pixels.AsSpan().ContainsAnyExcept(0u) ? Png.Write(shape) : []]);
    }

    /// <summary>The clipboard's text, in as many messages as it takes; the second byte is one in the last.</summary>
    public void SendClipboard(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        do
        {
            var piece = bytes[..Math.Min(bytes.Length, channel.MaxMessageSize - 2)];
            bytes = bytes[piece.Length..];
            Say([Clipboard, (byte)(bytes.IsEmpty ? 1 : 0), .. piece]);
        }
        while (!bytes.IsEmpty);
    }

    /// <summary>Where the pointer is, in the monitor's pixels; beyond them it is on another monitor.</summary>
    public void SendPointer(int x, int y)
    {
        var message = new byte[5];
        message[0] = Pointer;
        BinaryPrimitives.WriteInt16BigEndian(message.AsSpan(1), (short)x);
        BinaryPrimitives.WriteInt16BigEndian(message.AsSpan(3), (short)y);
        Say(message);
    }

    public void SendPong(uint number)
    {
        var message = new byte[5];
        message[0] = Pong;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), number);
        Say(message);
    }

    void Say(byte[] message) => channel.SendAsync(message, cancellationToken).AsTask().GetAwaiter().GetResult();
}
