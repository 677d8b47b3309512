using System.Buffers.Binary;

namespace Breeze.WebRtc.Turn;

/// <summary>The short frame of a bound channel (RFC 8656, 12.4): channel number, length, data.</summary>
static class TurnChannelData
{
    public const int HeaderLength = 4;
    public const ushort FirstChannel = 0x4000;
    public const ushort LastChannel = 0x4FFF;

    public static bool TryRead(ReadOnlySpan<byte> datagram, out ushort channel, out ReadOnlySpan<byte> data)
    {
        channel = 0;
        data = default;
        if (datagram.Length < HeaderLength)
        {
            return false;
        }
        channel = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (channel is < FirstChannel or > LastChannel || length > datagram.Length - HeaderLength)
        {
            return false;
        }
        data = datagram.Slice(HeaderLength, length);
        return true;
    }

    public static void Write(Span<byte> frame, ushort channel, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, channel);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)data.Length);
        data.CopyTo(frame[HeaderLength..]);
    }
}
