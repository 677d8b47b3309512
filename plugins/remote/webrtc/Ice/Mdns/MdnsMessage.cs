using System.Buffers.Binary;
using System.Net;

namespace Breeze.WebRtc.Ice.Mdns;

/// <summary>The two messages that resolving needs (RFC 6762): a question for addresses, and its answer.</summary>
static class MdnsMessage
{
    const int HeaderLength = 12;
    const ushort TypeA = 1;
    const ushort TypeAaaa = 28;
    const ushort ClassInternet = 1;
    const int MaxRecords = 64;

    /// <summary>One question for IPv4 and one for IPv6, in messages of their own: browsers answer no message with two.</summary>
    public static byte[][] Questions(string name) => [Question(name, TypeA), Question(name, TypeAaaa)];

    static byte[] Question(string name, ushort type)
    {
        var encoded = MdnsName.Write(name);
        var message = new byte[HeaderLength + encoded.Length + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        encoded.CopyTo(message, HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(HeaderLength + encoded.Length), type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(HeaderLength + encoded.Length + 2), ClassInternet);
        return message;
    }

    /// <summary>The addresses that an answer gives for a name; none when it is no answer, or of something else.</summary>
    public static List<IPAddress> Addresses(ReadOnlySpan<byte> message, string name)
    {
        List<IPAddress> addresses = [];
        if (message.Length < HeaderLength || (message[2] & 0x80) == 0)
        {
            return addresses;
        }
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var records = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (questions > MaxRecords || records > MaxRecords)
        {
            return addresses;
        }
        var offset = HeaderLength;
        for (var i = 0; i < questions; i++)
        {
            if (MdnsName.Read(message, ref offset) is null)
            {
                return addresses;
            }
            offset += 4;
        }
        for (var i = 0; i < records; i++)
        {
            if (MdnsName.Read(message, ref offset) is not { } owner || offset + 10 > message.Length)
            {
                return addresses;
            }
            var type = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
            // The top bit says that the record replaces what is known.
            var @class = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]) & 0x7FFF;
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
            offset += 10;
            if (offset + length > message.Length)
            {
                return addresses;
            }
            if (@class == ClassInternet && owner.Equals(name, StringComparison.OrdinalIgnoreCase) && (type, length) is (TypeA, 4) or (TypeAaaa, 16))
            {
                addresses.Add(new(message.Slice(offset, length)));
            }
            offset += length;
        }
        return addresses;
    }
}
