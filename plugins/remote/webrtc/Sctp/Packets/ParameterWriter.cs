using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>Collects parameters or error causes, which have the same shape, for a chunk.</summary>
ref struct ParameterWriter(Span<byte> target)
{
    readonly Span<byte> target = target;

    public int Length { get; private set; }
    public readonly ReadOnlySpan<byte> Written => target[..Length];

    /// <summary>The place of the value, or nothing when there is no room left.</summary>
    public bool TryAdd(ushort type, int valueLength, out Span<byte> value)
    {
        value = default;
        var padded = (valueLength + 3) & ~3;
        if (target.Length - Length < 4 + padded)
        {
            return false;
        }
        var place = target[Length..];
        BinaryPrimitives.WriteUInt16BigEndian(place, type);
        BinaryPrimitives.WriteUInt16BigEndian(place[2..], (ushort)(4 + valueLength));
        place[(4 + valueLength)..(4 + padded)].Clear();
        value = place.Slice(4, valueLength);
        Length += 4 + padded;
        return true;
    }

    public bool TryAdd(ushort type, scoped ReadOnlySpan<byte> bytes)
    {
        if (!TryAdd(type, bytes.Length, out var value))
        {
            return false;
        }
        bytes.CopyTo(value);
        return true;
    }
}
