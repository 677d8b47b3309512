using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>Takes a packet apart. Whatever does not fit its own length ends the walk: nothing behind it can be trusted.</summary>
ref struct PacketReader
{
    public const int HeaderSize = 12;

    ReadOnlySpan<byte> rest;

    public ushort SourcePort { get; private init; }
    public ushort DestinationPort { get; private init; }
    public uint Tag { get; private init; }
    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>False when it is no packet or its checksum is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> packet, out PacketReader reader)
    {
        reader = default;
        if (packet.Length < HeaderSize + 4 || !Crc32c.IsRight(packet))
        {
            return false;
        }
        reader = new PacketReader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(packet),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            Tag = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            rest = packet[HeaderSize..],
        };
        return true;
    }

    public bool TryNext(out Chunk chunk)
    {
        chunk = default;
        if (rest.Length < 4)
        {
            rest = default;
            return false;
        }
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < 4 || length > rest.Length)
        {
            rest = default;
            return false;
        }
        chunk = new Chunk((ChunkType)rest[0], rest[1], rest[4..length]);
        rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        return true;
    }
}
