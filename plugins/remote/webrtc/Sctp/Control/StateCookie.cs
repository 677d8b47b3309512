using System.Buffers.Binary;
using System.Security.Cryptography;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Control;

/// <summary>
/// What we would have to remember of a peer that has sent INIT: it keeps it for us, sealed, so that an INIT costs us no memory (RFC 9260,
/// 5.1.3).
/// </summary>
/// <param name="Local">What our INIT ACK said.</param>
/// <param name="Peer">What the peer's INIT said.</param>
/// <param name="LocalTie">Our tag of the association that was there when the INIT came; 0 if there was none.</param>
/// <param name="PeerTie">The peer's tag of that association.</param>
/// <param name="MadeAt">When, by our clock.</param>
readonly record struct StateCookie(InitChunk Local, InitChunk Peer, uint LocalTie, uint PeerTie, TimeSpan MadeAt)
{
    const int SideSize = 17;
    const int ContentSize = 2 * SideSize + 16;
    public const int Size = ContentSize + HMACSHA256.HashSizeInBytes;

    public void Write(Span<byte> target, ReadOnlySpan<byte> key)
    {
        WriteSide(target, Local);
        WriteSide(target[SideSize..], Peer);
        BinaryPrimitives.WriteUInt32BigEndian(target[(2 * SideSize)..], LocalTie);
        BinaryPrimitives.WriteUInt32BigEndian(target[(2 * SideSize + 4)..], PeerTie);
        BinaryPrimitives.WriteInt64BigEndian(target[(2 * SideSize + 8)..], MadeAt.Ticks);
        HMACSHA256.HashData(key, target[..ContentSize], target[ContentSize..]);
    }

    /// <summary>False when the cookie is not one of ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ReadOnlySpan<byte> key, out StateCookie cookie)
    {
        cookie = default;
        if (source.Length != Size)
        {
            return false;
        }
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, source[..ContentSize], seal);
        if (!CryptographicOperations.FixedTimeEquals(seal, source[ContentSize..]))
        {
            return false;
        }
        var rest = source[(2 * SideSize)..];
        cookie = new StateCookie(ReadSide(source), ReadSide(source[SideSize..]), BinaryPrimitives.ReadUInt32BigEndian(rest),
            BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(rest[8..])));
        return true;
    }

    static void WriteSide(Span<byte> target, InitChunk side)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, side.Tag);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], side.Window);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], side.OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(target[10..], side.InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], side.Tsn);
        target[16] = (byte)side.Features;
    }

    static InitChunk ReadSide(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
        BinaryPrimitives.ReadUInt16BigEndian(source[8..]), BinaryPrimitives.ReadUInt16BigEndian(source[10..]),
        BinaryPrimitives.ReadUInt32BigEndian(source[12..]), (Features)source[16]);
}
