using System.Buffers.Binary;

namespace Breeze.WebRtc.Dtls;

/// <summary>Looks at the headers of the records in a datagram (RFC 6347, 4.1).</summary>
static class DtlsRecords
{
    const int HeaderLength = 13;

    /// <summary>Whether all of it is encrypted, going by what it says. Broken headers count as not.</summary>
    public static bool AreEncrypted(ReadOnlySpan<byte> datagram)
    {
        while (datagram.Length >= HeaderLength)
        {
            var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
            var next = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (epoch == 0 || next > datagram.Length)
            {
                return false;
            }
            datagram = datagram[next..];
        }
        return datagram.IsEmpty;
    }
}
