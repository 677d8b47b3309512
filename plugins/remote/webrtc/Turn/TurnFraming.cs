using System.Buffers.Binary;
using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Turn;

/// <summary>Cuts a stream from a TURN server into messages: STUN by its length, frames of channels padded to words.</summary>
sealed class TurnFraming
{
    /// <summary>The longest of either, with its header.</summary>
    const int Max = 65535 + StunMessage.HeaderLength + 3;

    readonly byte[] _buffer = new byte[Max];
    int _filled;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _buffer.AsMemory(_filled);

    /// <summary>Hands out what the new bytes complete; false when the stream makes no sense any more.</summary>
    public bool Take(int read, DatagramHandler received)
    {
        _filled += read;
        var start = 0;
        while (_filled - start >= 4)
        {
            var head = _buffer.AsSpan(start, 4);
            int length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            if (head[0] >= 0x80 || (head[0] < 0x40 && length % 4 != 0))
            {
                return false;
            }
            var isChannel = head[0] >= 0x40;
            var whole = isChannel ? TurnChannelData.HeaderLength + length : StunMessage.HeaderLength + length;
            var padded = (whole + 3) & ~3;
            if (_filled - start < padded)
            {
                break;
            }
            received(_buffer.AsSpan(start, whole));
            start += padded;
        }
        _buffer.AsSpan(start, _filled - start).CopyTo(_buffer);
        _filled -= start;
        return true;
    }
}
