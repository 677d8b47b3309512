using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>Puts a packet together in a buffer that is given to it. Used again for every packet.</summary>
sealed class PacketWriter(int maxSize, ushort sourcePort, ushort destinationPort)
{
    byte[] buffer = [];
    int length;

    /// <summary>Bytes left for the next chunk with its header; a multiple of four, so that padding always fits.</summary>
    public int Room => (maxSize - length) & ~3;
    public bool IsEmpty => length == PacketReader.HeaderSize;
    public byte[] Buffer => buffer;

    /// <summary>The place where the value of the next chunk will be, for a value whose length is known only when it is written.</summary>
    public Span<byte> Ahead => buffer.AsSpan(length + 4, Room - 4);

    public void Begin(byte[] target, uint tag)
    {
        buffer = target;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(4), tag);
        length = PacketReader.HeaderSize;
    }

    /// <summary>Adds a chunk and gives the place of its value; the caller has looked at <see cref="Room"/>.</summary>
    public Span<byte> Append(ChunkType type, byte flags, int valueLength)
    {
        var chunk = buffer.AsSpan(length);
        chunk[0] = (byte)type;
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)(4 + valueLength));
        var padded = (valueLength + 3) & ~3;
        chunk[(4 + valueLength)..(4 + padded)].Clear();
        length += 4 + padded;
        return chunk.Slice(4, valueLength);
    }

    /// <summary>Writes the checksum; the packet's length.</summary>
    public int Finish()
    {
        Crc32c.Write(buffer.AsSpan(0, length));
        return length;
    }
}
