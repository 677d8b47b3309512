using System.Buffers;
using System.Buffers.Binary;

namespace Breeze.Remote.Desktop.Images;

/// <summary>A part of a PNG: length, name, content and checksum.</summary>
static class PngChunk
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (c, _) => (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1))];

    public static void Write(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        var room = target.GetSpan(12 + content.Length);
        BinaryPrimitives.WriteInt32BigEndian(room, content.Length);
        name.CopyTo(room[4..]);
        content.CopyTo(room[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(room[(8 + content.Length)..], Checksum(room.Slice(4, 4 + content.Length)));
        target.Advance(12 + content.Length);
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
            sum = Table[(byte)(sum ^ value)] ^ sum >> 8;
        return ~sum;
    }
}
