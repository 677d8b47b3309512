using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>A fragment of a message: DATA (RFC 9260, 3.3.1) or I-DATA (RFC 8260, 2.1).</summary>
readonly ref struct DataChunk
{
    public const int HeaderSize = 16;
    public const int InterleavedHeaderSize = 20;

    public uint Tsn { get; private init; }
    public ushort Stream { get; private init; }

    /// <summary>The message within its stream: 16 bits of DATA, 32 of I-DATA.</summary>
    public uint MessageId { get; private init; }

    /// <summary>The place of the fragment: the TSN in DATA, counted from 0 per message in I-DATA.</summary>
    public uint Position { get; private init; }

    /// <summary>What the message is; in I-DATA known by the first fragment only.</summary>
    public uint Ppid { get; private init; }
    public bool Interleaved { get; private init; }
    public byte Flags { get; private init; }
    public ReadOnlySpan<byte> Payload { get; private init; }

    public bool IsFirst => (Flags & ChunkFlags.First) != 0;
    public bool IsLast => (Flags & ChunkFlags.Last) != 0;
    public bool Unordered => (Flags & ChunkFlags.Unordered) != 0;
    public bool Immediate => (Flags & ChunkFlags.Immediate) != 0;

    public static bool TryParse(Chunk chunk, out DataChunk data)
    {
        data = default;
        var value = chunk.Value;
        var interleaved = chunk.Type == ChunkType.IData;
        if (value.Length < (interleaved ? InterleavedHeaderSize : HeaderSize) - 4)
        {
            return false;
        }
        var tsn = BinaryPrimitives.ReadUInt32BigEndian(value);
        var stream = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        if (!interleaved)
        {
            data = new DataChunk
            {
                Tsn = tsn, Stream = stream, Flags = chunk.Flags, MessageId = BinaryPrimitives.ReadUInt16BigEndian(value[6..]), Position = tsn,
                Ppid = BinaryPrimitives.ReadUInt32BigEndian(value[8..]), Payload = value[12..],
            };
            return true;
        }
        var first = (chunk.Flags & ChunkFlags.First) != 0;
        var last = BinaryPrimitives.ReadUInt32BigEndian(value[12..]);
        data = new DataChunk
        {
            Tsn = tsn, Stream = stream, Flags = chunk.Flags, Interleaved = true, MessageId = BinaryPrimitives.ReadUInt32BigEndian(value[8..]),
            Position = first ? 0 : last, Ppid = first ? last : 0, Payload = value[16..],
        };
        return true;
    }

    /// <summary>Writes a fragment's chunk and returns the place of its payload.</summary>
    public static Span<byte> Write(
        PacketWriter packet, bool interleaved, byte flags, uint tsn, ushort stream, uint messageId, uint position, uint ppid, int length)
    {
        var header = (interleaved ? InterleavedHeaderSize : HeaderSize) - 4;
        var value = packet.Append(interleaved ? ChunkType.IData : ChunkType.Data, flags, header + length);
        BinaryPrimitives.WriteUInt32BigEndian(value, tsn);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], stream);
        if (interleaved)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[6..], 0);
            BinaryPrimitives.WriteUInt32BigEndian(value[8..], messageId);
            BinaryPrimitives.WriteUInt32BigEndian(value[12..], (flags & ChunkFlags.First) != 0 ? ppid : position);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[6..], (ushort)messageId);
            BinaryPrimitives.WriteUInt32BigEndian(value[8..], ppid);
        }
        return value[header..];
    }
}
