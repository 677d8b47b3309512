namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>One chunk of a packet, without its header and padding.</summary>
readonly ref struct Chunk(ChunkType type, byte flags, ReadOnlySpan<byte> value)
{
    public ChunkType Type { get; } = type;
    public byte Flags { get; } = flags;
    public ReadOnlySpan<byte> Value { get; } = value;
}
