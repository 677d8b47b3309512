using System.Buffers.Binary;

namespace Breeze.Protocol;

/// <summary>
/// A binary frame of a relayed session: one byte that says what it is, then a message, or how many bytes of messages the sender has taken in since the last time
/// (32 bits, big-endian). A side has at most <see cref="Window"/> bytes of messages under way that were not confirmed, so that no buffer between the two can overflow.
/// </summary>
public static class RelayFrame
{
    public const byte Message = 0;
    public const byte Credit = 1;

    /// <summary>The largest message, in bytes.</summary>
    public const int MaximumMessage = 64 << 10;

    /// <summary>Bytes of messages on their way at once, in each direction.</summary>
    public const int Window = 1 << 20;

    public static byte[] CreditOf(int bytes)
    {
        var frame = new byte[5];
        frame[0] = Credit;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes);
        return frame;
    }
}
