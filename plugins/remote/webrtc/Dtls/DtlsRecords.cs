using System.Buffers.Binary;

namespace Breeze.WebRtc.Dtls;

/// <summary>Looks at the headers of the records in a datagram (RFC 6347, 4.1).</summary>
static class DtlsRecords
{
    const int HeaderLength = 13;

    /// <summary>The nonce and the tag of AES-GCM: what an encrypted record has beside its content.</summary>
    const int MinEncrypted = 8 + 16;

    /// <summary>
    /// Whether BouncyCastle may see the datagram. It ends the connection at an encrypted record that is too short, at an impossible version, and at some records in the
    /// clear: all of them things that anybody can send.
    /// </summary>
    /// <param name="datagram">What came from the network.</param>
    /// <param name="clear">Whether there may still be records in the clear.</param>
    public static bool AreSound(ReadOnlySpan<byte> datagram, bool clear)
    {
        while (datagram.Length >= HeaderLength)
        {
            var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            // Change of cipher, alert, handshake, data; DTLS 1.2, and 1.0 as hellos say for the sake of old ones.
            var isKnown = datagram[0] is >= 20 and <= 23 && datagram[1] == 0xFE && (datagram[2] == 0xFD || (datagram[2] == 0xFF && epoch == 0));
            if (!isKnown || (epoch == 0 ? !clear : length < MinEncrypted) || HeaderLength + length > datagram.Length)
            {
                return false;
            }
            datagram = datagram[(HeaderLength + length)..];
        }
        return datagram.IsEmpty;
    }
}
