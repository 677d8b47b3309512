using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Breeze.WebRtc.Stun;

/// <summary>Addresses in attributes, plain (MAPPED-ADDRESS) and hidden from rewriting NATs (the XOR ones; RFC 8489, 14.2).</summary>
static class StunAddress
{
    const byte V4 = 1;
    const byte V6 = 2;

    public static IPEndPoint? Read(ReadOnlySpan<byte> value, StunTransactionId? xor)
    {
        if (value.Length < 4 || value.Length != value[1] switch { V4 => 8, V6 => 20, _ => -1 })
        {
            return null;
        }
        Span<byte> bytes = stackalloc byte[value.Length - 4];
        value[4..].CopyTo(bytes);
        var port = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        if (xor is { } id)
        {
            port ^= (ushort)(StunMessage.Cookie >> 16);
            Mask(bytes, id);
        }
        return new IPEndPoint(new IPAddress(bytes), port);
    }

    public static int Write(Span<byte> value, IPEndPoint endPoint, StunTransactionId? xor)
    {
        var v6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        var length = v6 ? 16 : 4;
        value[0] = 0;
        value[1] = v6 ? V6 : V4;
        endPoint.Address.TryWriteBytes(value[4..], out _);
        var port = (ushort)endPoint.Port;
        if (xor is { } id)
        {
            port ^= (ushort)(StunMessage.Cookie >> 16);
            Mask(value.Slice(4, length), id);
        }
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], port);
        return 4 + length;
    }

    static void Mask(Span<byte> address, StunTransactionId id)
    {
        Span<byte> mask = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(mask, StunMessage.Cookie);
        id.Write(mask[4..]);
        for (var i = 0; i < address.Length; i++)
        {
            address[i] ^= mask[i];
        }
    }
}
