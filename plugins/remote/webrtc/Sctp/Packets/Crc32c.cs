using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>
/// The checksum of RFC 9260, appendix A. It covers the packet with its own four bytes taken as zero, and stands there in little-endian
/// order.
/// </summary>
static class Crc32c
{
    const int Offset = 8;

    public static uint Compute(ReadOnlySpan<byte> packet)
    {
        var crc = Add(uint.MaxValue, packet[..Offset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, packet[(Offset + 4)..]);
    }

    public static void Write(Span<byte> packet) => BinaryPrimitives.WriteUInt32LittleEndian(packet[Offset..], Compute(packet));

    public static bool IsRight(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[Offset..]) == Compute(packet);

    internal static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }
        foreach (var one in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }
        return crc;
    }
}
