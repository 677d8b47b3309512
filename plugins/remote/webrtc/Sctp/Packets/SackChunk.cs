using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>What the peer has received: everything up to a number, and blocks beyond it (RFC 9260, 3.3.4).</summary>
readonly ref struct SackChunk
{
    public const int FixedSize = 12;

    readonly ReadOnlySpan<byte> gaps;

    SackChunk(ReadOnlySpan<byte> value, ReadOnlySpan<byte> gaps, int duplicates)
    {
        CumulativeTsn = BinaryPrimitives.ReadUInt32BigEndian(value);
        Window = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        this.gaps = gaps;
        DuplicateCount = duplicates;
    }

    public uint CumulativeTsn { get; }
    public uint Window { get; }
    public int GapCount => gaps.Length / 4;
    public int DuplicateCount { get; }

    public (ushort Start, ushort End) Gap(int index) =>
        (BinaryPrimitives.ReadUInt16BigEndian(gaps[(index * 4)..]), BinaryPrimitives.ReadUInt16BigEndian(gaps[(index * 4 + 2)..]));

    public static bool TryParse(ReadOnlySpan<byte> value, out SackChunk sack)
    {
        sack = default;
        if (value.Length < FixedSize)
        {
            return false;
        }
        var gaps = BinaryPrimitives.ReadUInt16BigEndian(value[8..]) * 4;
        var duplicates = BinaryPrimitives.ReadUInt16BigEndian(value[10..]);
        if (value.Length < FixedSize + gaps + duplicates * 4)
        {
            return false;
        }
        sack = new SackChunk(value, value.Slice(FixedSize, gaps), duplicates);
        return true;
    }
}
