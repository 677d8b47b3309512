using System.Buffers.Binary;

namespace Breeze.Protocol;

/// <summary>
/// A binary frame of a session's messages: one byte that says what it is, a number (32 bits, big-endian, beginning anew after the last), and for a message its content. Messages are numbered
/// from 0 in each direction. A side keeps what the other has not confirmed, at most <see cref="Window"/> bytes, so that no buffer between the two can overflow, and so that
/// a session goes on over another path as if nothing had happened.
/// </summary>
public static class RelayFrame
{
    /// <summary>A message and its number. Who has it already, or not the one before it, leaves it out.</summary>
    public const byte Message = 0;

    /// <summary>Every message before this number has been taken in. Confirms; may be repeated.</summary>
    public const byte Taken = 1;

    /// <summary>Every message before this number has arrived: the first frame on a path, from either side. Only then the other sends its messages, beginning with this one.</summary>
    public const byte Arrived = 2;

    /// <summary>What stands before a message's content, and all of the other frames.</summary>
    public const int Head = 5;

    /// <summary>The largest frame, in bytes: what every data channel takes.</summary>
    public const int Maximum = 64 << 10;

    /// <summary>The largest message, in bytes.</summary>
    public const int MaximumMessage = Maximum - Head;

    /// <summary>Bytes of messages on their way at once, in each direction.</summary>
    public const int Window = 1 << 20;

    /// <summary>A frame of this kind and number, with a message's content.</summary>
    public static byte[] Of(byte kind, uint number, ReadOnlySpan<byte> content = default)
    {
        var frame = GC.AllocateUninitializedArray<byte>(Head + content.Length);
        frame[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), number);
        content.CopyTo(frame.AsSpan(Head));
        return frame;
    }

    /// <summary>Its number; the frame has at least <see cref="Head"/> bytes.</summary>
    public static uint NumberOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[1..]);
}
